package dev.pullgate.policy;

import dev.pullgate.image.ImageReference;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Proposes the reference that was probably meant by text that is none.
final class ReferenceRepair {
  private static final int LONGEST = 1024;
  private static final Pattern SCHEME = Pattern.compile("^(?:docker|oci|https?)://");
  private static final Pattern DANGLING = Pattern.compile("[:@/]+$");

  private ReferenceRepair() {}

  /// The first of the usual slips whose mending makes a reference: a blank or a scheme around it, a
  /// colon without a tag, `+` in a tag, upper case.
  static Optional<String> of(String written) {
    if (written.length() > LONGEST) {
      return Optional.empty();
    }
    String bare = SCHEME.matcher(written.strip()).replaceFirst("");
    String ended = DANGLING.matcher(bare).replaceFirst("");
    String tagged = ended.replace('+', '_');
    return Stream.of(bare, ended, tagged, lowerName(tagged))
        .filter(text -> !text.equals(written))
        .filter(text -> ImageReference.parseIfValid(text).isPresent())
        .findFirst();
  }

  /// Tags know upper case, names do not.
  private static String lowerName(String text) {
    int colon = text.indexOf(':', text.lastIndexOf('/') + 1);
    return colon < 0
        ? text.toLowerCase(Locale.ROOT)
        : text.substring(0, colon).toLowerCase(Locale.ROOT) + text.substring(colon);
  }
}
