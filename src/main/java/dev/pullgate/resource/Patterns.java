package dev.pullgate.resource;

/// Regular expressions of the schema, in the syntax that RE2 and Java share. They refuse nothing
/// that the decoders take; what they cannot say, the decoders do.
final class Patterns {
  private static final String GLOB_PART = "(\\*{1,2}|(\\*{0,2}[A-Za-z0-9._:\\[\\]-])+\\*{0,2})";
  private static final String HOST_NAME =
      "(\\[[0-9A-Fa-f:]+\\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]{1,5})?";
  private static final String NAME = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";

  /// A glob over `registry/repository`.
  static final String IMAGE_GLOB = "^" + GLOB_PART + "(/" + GLOB_PART + ")*$";

  /// A glob over tags.
  static final String TAG_GLOB = "^[A-Za-z0-9_.*-]+$";

  /// A registry host, with its port if there is one.
  static final String HOST = "^" + HOST_NAME + "$";

  /// A registry host and perhaps a path, without wildcards.
  static final String PREFIX = "^" + HOST_NAME + "(/[a-z0-9._-]+)*$";

  /// The name of an object.
  static final String OBJECT = "^" + NAME + "(\\." + NAME + ")*$";

  /// The name of a policy; of a namespaced one `namespace/name`.
  static final String POLICY = "^(" + NAME + "/)?" + NAME + "(\\." + NAME + ")*$";

  /// The name of a namespace.
  static final String NAMESPACE = "^" + NAME + "$";

  /// `group/Kind` of an owner; the core group is empty.
  static final String OWNER = "^([a-z0-9.-]*/)?[A-Za-z0-9]+$";

  /// The key of a label.
  static final String LABEL_KEY =
      "^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$";

  /// The value of a label, which may be empty.
  static final String LABEL_VALUE = "^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$";

  /// A moment such as `2026-01-31T12:00:00Z`.
  static final String MOMENT =
      "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?"
          + "(Z|[+-][0-9]{2}:[0-9]{2})$";

  /// A time such as `2s` or `500ms`.
  static final String DURATION = "^[0-9]{1,6}(ms|s|m)$";

  /// Text that holds a PEM certificate.
  static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";

  /// CEL: a first part without a dot, a port or an upper-case letter is a path on Docker Hub.
  static final String IS_HOST = "self == 'localhost' || self.matches('[.:A-Z]')";

  /// CEL: the same of a host that may have a path.
  static final String BEGINS_WITH_HOST =
      "self == 'localhost' || self.startsWith('localhost/') || self.matches('^[^/]*[.:A-Z]')";

  /// The longest glob, host or prefix.
  static final int MAX_NAME = 512;

  /// The longest list.
  static final int MAX_LIST = 512;

  private Patterns() {}
}
