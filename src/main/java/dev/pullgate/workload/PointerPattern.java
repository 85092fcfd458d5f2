package dev.pullgate.workload;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// A JSON pointer in which a part `*` stands for every element of a list, or every member of an
/// object: `/spec/tasks/*/image`. What has another shape than the pattern is passed over.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901</a>
public final class PointerPattern {
  private static final int MAX_PARTS = 32;
  private static final String ANY = "*";

  private final String text;
  private final List<String> parts;

  /// A value that a pattern leads to.
  ///
  /// @param pointer to it, without wildcards
  public record Match(String pointer, JsonNode value) {}

  private PointerPattern(String text, List<String> parts) {
    this.text = text;
    this.parts = parts;
  }

  /// Reads a pattern.
  ///
  /// @throws IllegalArgumentException with a clause for its author
  public static PointerPattern parse(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("must begin with /, as in /spec/template");
    }
    if (text.replace("~0", "").replace("~1", "").contains("~")) {
      throw new IllegalArgumentException("holds a ~ that is neither ~0 nor ~1");
    }
    List<String> parts = new ArrayList<>();
    for (String part : text.substring(1).split("/", -1)) {
      if (part.isEmpty()) {
        throw new IllegalArgumentException("has an empty part between two /, or at its end");
      }
      parts.add(part.replace("~1", "/").replace("~0", "~"));
    }
    if (parts.size() > MAX_PARTS) {
      throw new IllegalArgumentException("has more than " + MAX_PARTS + " parts");
    }
    return new PointerPattern(text, List.copyOf(parts));
  }

  /// Every value that it leads to, in the order of the object.
  public List<Match> in(JsonNode root) {
    List<Match> matches = List.of(new Match("", root));
    for (String part : parts) {
      List<Match> deeper = new ArrayList<>();
      matches.forEach(match -> step(match, part, deeper));
      matches = deeper;
    }
    return matches;
  }

  private static void step(Match match, String part, List<Match> into) {
    JsonNode value = match.value();
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        if (part.equals(ANY) || part.equals(Integer.toString(i))) {
          into.add(new Match(match.pointer() + "/" + i, value.get(i)));
        }
      }
    } else if (part.equals(ANY)) {
      value.properties().forEach(member -> into.add(member(match, member.getKey())));
    } else if (value.has(part)) {
      into.add(member(match, part));
    }
  }

  private static Match member(Match match, String name) {
    return new Match(
        match.pointer() + JsonPointer.empty().appendProperty(name), match.value().path(name));
  }

  @Override
  public String toString() {
    return text;
  }
}
