package dev.pullgate.document;

import java.util.regex.Pattern;

/// What the API server takes as the key and the value of a label. A selector over anything else
/// selects nothing, or with NotIn everything, and its author meant something else.
///
/// @see <a
///   href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set">syntax
///   of labels</a>
final class LabelGrammar {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");
  private static final Pattern PREFIX =
      Pattern.compile("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*");
  private static final int MAX_PREFIX = 253;

  private LabelGrammar() {}

  static void requireKey(String key, String pointer) throws FieldException {
    int slash = key.indexOf('/');
    String prefix = slash < 0 ? "" : key.substring(0, slash);
    boolean prefixed =
        slash < 0 || (prefix.length() <= MAX_PREFIX && PREFIX.matcher(prefix).matches());
    if (!prefixed || !NAME.matcher(key.substring(slash + 1)).matches()) {
      throw new FieldException(
          pointer,
          "is no key of a label: up to 63 letters, digits, '-', '_' and '.', perhaps after a DNS"
              + " name and a slash");
    }
  }

  static void requireValue(String value, String pointer) throws FieldException {
    if (!value.isEmpty() && !NAME.matcher(value).matches()) {
      throw new FieldException(
          pointer, "is no value of a label: up to 63 letters, digits, '-', '_' and '.'");
    }
  }
}
