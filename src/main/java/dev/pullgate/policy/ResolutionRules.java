package dev.pullgate.policy;

import java.util.Map;
import java.util.Optional;

/// Section `resolution`: what follows from the registry's answer.
final class ResolutionRules {
  private ResolutionRules() {}

  static Optional<Finding> judge(Policy policy, Policy.Resolving section, ImageFacts facts) {
    return facts.resolution().flatMap(resolution -> judge(policy, section, facts, resolution));
  }

  private static Optional<Finding> judge(
      Policy policy, Policy.Resolving section, ImageFacts facts, Resolution resolution) {
    return switch (resolution) {
      case Resolution.Found _ -> Optional.empty();
      case Resolution.Absent absent -> Optional.of(notFound(policy, section, facts, absent));
      case Resolution.Refused refused -> notFoundOrDenied(policy, section, facts, refused);
      case Resolution.RateLimited limited ->
          Optional.of(inconclusive(policy, section, facts, Rule.RATE_LIMITED, limited));
      case Resolution.Unreachable unreachable ->
          Optional.of(inconclusive(policy, section, facts, Rule.UNREACHABLE, unreachable));
      case Resolution.RegistryError error ->
          Optional.of(inconclusive(policy, section, facts, Rule.REGISTRY_ERROR, error));
    };
  }

  private static Finding notFound(
      Policy policy, Policy.Resolving section, ImageFacts facts, Resolution.Absent absent) {
    String what = facts.pulled().digest().isPresent() ? "digest" : "tag";
    return new Finding(
        Rule.NOT_FOUND,
        policy.name(),
        section.mode(),
        Verdict.of(section.mode()),
        facts.subject(),
        facts.subject().image() + " does not exist",
        "%s answered %d for the %s, asked %s"
            .formatted(absent.host(), absent.status(), what, absent.access().describe()),
        "use a "
            + what
            + " that exists in "
            + facts.pulled().name()
            + ", or push this one first; check the spelling of the repository",
        Map.of("registry", absent.host(), "registryStatus", Integer.toString(absent.status())));
  }

  private static Optional<Finding> notFoundOrDenied(
      Policy policy, Policy.Resolving section, ImageFacts facts, Resolution.Refused refused) {
    boolean proven =
        refused.access().anonymous()
            && facts.hidesPrivateImages()
            && !facts.nodeCredentials()
            && !facts.keyring().incomplete();
    if (!proven) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            Rule.NOT_FOUND_OR_DENIED,
            policy.name(),
            section.mode(),
            Verdict.of(section.mode()),
            facts.subject(),
            facts.subject().image()
                + " does not exist, or it is private and the pod has no credentials for it",
            "%s answered %d without credentials, as it does in both cases"
                .formatted(refused.host(), refused.status()),
            "check the spelling; for a private image: " + PullSecretRules.createSecret(facts),
            Map.of(
                "registry", refused.host(), "registryStatus", Integer.toString(refused.status()))));
  }

  private static Finding inconclusive(
      Policy policy,
      Policy.Resolving section,
      ImageFacts facts,
      Rule rule,
      Resolution.Inconclusive resolution) {
    Verdict verdict =
        section.denyInconclusive() ? Verdict.of(section.mode()) : Verdict.warning(section.mode());
    return new Finding(
        rule,
        policy.name(),
        section.mode(),
        verdict,
        facts.subject(),
        facts.subject().image()
            + " could not be checked, "
            + resolution.host()
            + " "
            + resolution.detail(),
        section.denyInconclusive() ? "the policy denies what cannot be proven" : "",
        "nothing is wrong with the image as far as is known; try again later, or see the state of "
            + resolution.host(),
        Map.of("registry", resolution.host(), "detail", resolution.detail()));
  }
}
