package dev.pullgate.originals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// Choices of a random generator with a seed, so that a run can be had again.
final class Mutations {
  /// What grammars of references, URLs and JSON make a difference of.
  private static final List<String> TRICKY =
      List.of(
          "/",
          "//",
          ":",
          "::",
          "@",
          ".",
          "..",
          "-",
          "--",
          "_",
          "__",
          "___",
          "*",
          "?",
          "#",
          "%",
          "%2f",
          "%25",
          "%zz",
          "+",
          "=",
          "[",
          "]",
          "\\",
          "\"",
          "<",
          "&",
          "~",
          " ",
          "\t",
          "\n",
          "\u0000",
          "\u007f",
          "A",
          "Z",
          "a",
          "f",
          "0",
          "9",
          "latest",
          "sha256:",
          "localhost/",
          "docker.io/",
          "\u00e4",
          "\u017f",
          "\u0130",
          "\u212a",
          "\u00a0",
          "\ufeff",
          "\ufffd",
          "\ud83d\udc33");

  private final RandomGenerator random;

  Mutations(RandomGenerator random) {
    this.random = random;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int many) {
    return below(many) == 0;
  }

  <T> T any(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /// One of the good ones, and now and then one of the bad.
  <T> T mostly(List<T> good, List<T> bad) {
    return any(oneIn(12) ? bad : good);
  }

  /// The text with one to three changes in one case of some, and as it is otherwise.
  String sometimesChanged(int oneIn, String text) {
    if (!oneIn(oneIn)) {
      return text;
    }
    String changed = text;
    for (int i = below(3); i >= 0; i--) {
      changed = changed(changed);
    }
    // Half of a surrogate pair is no text.
    return new String(changed.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private String changed(String text) {
    int at = below(text.length() + 1);
    int end = at + below(Math.min(8, text.length() - at) + 1);
    String before = text.substring(0, at);
    String part = text.substring(at, end);
    String after = text.substring(end);
    return switch (below(6)) {
      case 0 -> before + after;
      case 1 -> before + any(TRICKY) + part + after;
      case 2 -> before + any(TRICKY) + after;
      case 3 -> before + part + part + after;
      case 4 -> before + part.toUpperCase(Locale.ROOT) + after;
      default -> before + part + (after.isEmpty() ? "" : after.substring(1));
    };
  }
}
