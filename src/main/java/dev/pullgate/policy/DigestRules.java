package dev.pullgate.policy;

import java.util.Map;
import java.util.Optional;

/// `digests.action: Pin`: what is said of an image whose digest cannot be written.
public final class DigestRules {
  private DigestRules() {}

  /// No digest is known of an image that is to be pinned. Empty for an answer by which the image
  /// cannot be pulled at all: the rules of resolution and pull secrets speak of that.
  ///
  /// @param policy that pins
  /// @param answer for the tag
  public static Optional<Finding> notPinned(Policy policy, Subject subject, Resolution answer) {
    return switch (answer) {
      case Resolution.Found found ->
          Optional.of(finding(policy, subject, Rule.REGISTRY_ERROR, found, "names no digest"));
      case Resolution.RateLimited limited ->
          Optional.of(finding(policy, subject, Rule.RATE_LIMITED, limited, limited.detail()));
      case Resolution.Unreachable unreachable ->
          Optional.of(
              finding(policy, subject, Rule.UNREACHABLE, unreachable, unreachable.detail()));
      case Resolution.RegistryError error ->
          Optional.of(finding(policy, subject, Rule.REGISTRY_ERROR, error, error.detail()));
      case Resolution.Absent _, Resolution.Refused _ -> Optional.empty();
    };
  }

  private static Finding finding(
      Policy policy, Subject subject, Rule rule, Resolution answer, String detail) {
    return new Finding(
        rule,
        policy.name(),
        policy.mode(),
        Verdict.warning(policy.mode()),
        subject,
        "%s could not be pinned to its digest, %s %s"
            .formatted(subject.image(), answer.host(), detail),
        "",
        "nothing is wrong with the image as far as is known; create the pod again later, or write"
            + " the digest yourself",
        Map.of("registry", answer.host(), "detail", detail));
  }
}
