package dev.pullgate.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Splits one `WWW-Authenticate` header into its challenges. A comma separates these and also their
/// parameters: `Negotiate, Basic realm="x", charset="UTF-8"` holds two challenges.
final class ChallengeSplitter {
  /// A scheme, alone or with what belongs to it; a parameter has an equals sign after its name.
  private static final Pattern START =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \\t]+[^= \\t].*)?", Pattern.DOTALL);

  /// Between a scheme and what belongs to it; a parser may know the plain blank alone.
  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");

  private ChallengeSplitter() {}

  /// The challenges in order; what stands before the first one is left out.
  static List<String> split(String header) {
    List<String> challenges = new ArrayList<>();
    for (String element : elements(header)) {
      if (START.matcher(element).matches()) {
        challenges.add(BLANKS.matcher(element).replaceFirst(" "));
      } else if (!challenges.isEmpty() && !element.isEmpty()) {
        String challenge = challenges.removeLast();
        challenges.add(challenge + (challenge.contains(" ") ? ", " : " ") + element);
      }
    }
    return challenges;
  }

  /// The parts between commas, but for those within quotes.
  private static List<String> elements(String header) {
    List<String> elements = new ArrayList<>();
    StringBuilder element = new StringBuilder();
    boolean quoted = false;
    boolean escaped = false;
    for (int i = 0; i < header.length(); i++) {
      char character = header.charAt(i);
      if (character == ',' && !quoted) {
        elements.add(element.toString().strip());
        element.setLength(0);
        continue;
      }
      element.append(character);
      if (character == '"' && !escaped) {
        quoted = !quoted;
      }
      escaped = quoted && character == '\\' && !escaped;
    }
    elements.add(element.toString().strip());
    return elements;
  }
}
