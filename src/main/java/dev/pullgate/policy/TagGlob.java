package dev.pullgate.policy;

/// A glob over tags, in which `*` stands for any run of characters: `latest`, `*-SNAPSHOT`.
///
/// @param text as written
public record TagGlob(String text) {
  /// Refuses text that could match no tag.
  public TagGlob {
    if (!text.matches("[A-Za-z0-9_.*-]+")) {
      throw new IllegalArgumentException(
          "a tag glob holds letters, digits, '_', '.', '-' and '*' only");
    }
  }

  /// Whether the glob stands for this tag.
  public boolean matches(String tag) {
    String[] pieces = text.split("\\*", -1);
    if (pieces.length == 1) {
      return text.equals(tag);
    }
    String last = pieces[pieces.length - 1];
    if (!tag.startsWith(pieces[0])) {
      return false;
    }
    int at = pieces[0].length();
    for (int i = 1; i < pieces.length - 1; i++) {
      int found = tag.indexOf(pieces[i], at);
      if (found < 0) {
        return false;
      }
      at = found + pieces[i].length();
    }
    return tag.length() - last.length() >= at && tag.endsWith(last);
  }
}
