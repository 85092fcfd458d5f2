package dev.pullgate.policy;

/// The rules, by the ids that messages, reports and metrics carry.
public enum Rule {
  /// The reference does not parse, or is empty where one is needed.
  INVALID_REFERENCE("invalid-reference"),
  /// Neither a digest nor a tag that the policy takes as pinned.
  UNPINNED("unpinned"),
  /// The registry or repository is not allowed.
  REGISTRY_NOT_ALLOWED("registry-not-allowed"),
  /// The registry proves that there is no such tag, digest or repository.
  NOT_FOUND("not-found"),
  /// No credential is sent, and the registry answers missing and private alike.
  NOT_FOUND_OR_DENIED("not-found-or-denied"),
  /// The index serves no platform on which the pod can run.
  PLATFORM_MISSING("platform-missing"),
  /// Only a manifest of a type that runtimes no longer pull.
  UNSUPPORTED_MANIFEST("unsupported-manifest"),
  /// The registry limits requests; nothing is proven.
  RATE_LIMITED("rate-limited"),
  /// The registry gives no answer; nothing is proven.
  UNREACHABLE("unreachable"),
  /// The registry's answer cannot be used; nothing is proven.
  REGISTRY_ERROR("registry-error"),
  /// A private image, and the kubelet would send no credential.
  PULL_SECRET_REQUIRED("pull-secret-required"),
  /// A named pull secret does not exist.
  PULL_SECRET_MISSING("pull-secret-missing"),
  /// A named pull secret cannot be used.
  PULL_SECRET_INVALID("pull-secret-invalid"),
  /// No key of the pull secrets matches the image.
  PULL_SECRET_UNMATCHED("pull-secret-unmatched"),
  /// A credential matches and the registry refuses it.
  PULL_SECRET_REJECTED("pull-secret-rejected"),
  /// The reference points at a source that the policy mirrors.
  NOT_MIRRORED("not-mirrored"),
  /// The mirror does not serve the image.
  MIRROR_MISSING_IMAGE("mirror-missing-image"),
  /// The mirror asks for a login, and no credential of the pod matches it.
  MIRROR_DROPS_CREDENTIALS("mirror-drops-credentials");

  private final String id;

  Rule(String id) {
    this.id = id;
  }

  /// The id, for example `not-found`.
  public String id() {
    return id;
  }

  /// Whether the rule says that nothing is proven.
  public boolean inconclusive() {
    return this == RATE_LIMITED || this == UNREACHABLE || this == REGISTRY_ERROR;
  }

  /// The page that explains the rule, from the root of the project, for example
  /// `docs/rules/not-found.md`.
  public String page() {
    return "docs/rules/" + id + ".md";
  }

  @Override
  public String toString() {
    return id;
  }
}
