package dev.pullgate.policy;

import dev.pullgate.image.MediaType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Section `resolution`: what follows from the registry's answer.
public final class ResolutionRules {
  private static final Set<Rule> RULES =
      Set.of(
          Rule.NOT_FOUND,
          Rule.NOT_FOUND_OR_DENIED,
          Rule.PLATFORM_MISSING,
          Rule.UNSUPPORTED_MANIFEST,
          Rule.RATE_LIMITED,
          Rule.UNREACHABLE,
          Rule.REGISTRY_ERROR);

  private ResolutionRules() {}

  /// Whether a finding would reject an object for what a registry answered, or did not.
  public static boolean rejects(Finding finding) {
    return RULES.contains(finding.rule()) && finding.verdict() == Verdict.DENY;
  }

  /// The same finding as a warning: the image need not be pulled, since the nodes hold it.
  public static Finding heldByNodes(Finding finding) {
    return new Finding(
        finding.rule(),
        finding.policy(),
        finding.mode(),
        Verdict.warning(finding.mode()),
        finding.subject(),
        finding.message(),
        (finding.proof().isEmpty() ? "" : finding.proof() + "; ")
            + "every node that the pod may use has the image already",
        finding.repair(),
        finding.evidence());
  }

  static Optional<Finding> judge(Policy policy, Policy.Resolving section, ImageFacts facts) {
    return facts.resolution().flatMap(resolution -> judge(policy, section, facts, resolution));
  }

  private static Optional<Finding> judge(
      Policy policy, Policy.Resolving section, ImageFacts facts, Resolution resolution) {
    return switch (resolution) {
      case Resolution.Found found ->
          MediaType.SCHEMA_1.contains(found.mediaType())
              ? Optional.of(unsupportedManifest(policy, section, facts, found))
              : PlatformRules.judge(policy, section, facts, found);
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

  private static Finding unsupportedManifest(
      Policy policy, Policy.Resolving section, ImageFacts facts, Resolution.Found found) {
    Map<String, String> evidence = new HashMap<>(Evidence.of(found, facts.pulled()));
    evidence.put("mediaType", found.mediaType());
    return new Finding(
        Rule.UNSUPPORTED_MANIFEST,
        policy.name(),
        section.mode(),
        Verdict.of(section.mode()),
        facts.subject(),
        facts.subject().image() + " has a manifest of schema 1, which runtimes no longer pull",
        "%s answered with %s".formatted(found.host(), found.mediaType()),
        "push the image again with a current tool, such as docker, crane or skopeo",
        evidence);
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
        Evidence.of(absent, facts.pulled()));
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
    String command = SecretCommand.create(facts, SecretCommand.NAME);
    Map<String, String> evidence = new HashMap<>(Evidence.of(refused, facts.pulled()));
    evidence.put("command", command);
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
            "check the spelling of "
                + facts.pulled().name()
                + "; for a private image, create a secret, and "
                + PullSecretRules.attach(facts)
                + ": "
                + command,
            evidence));
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
        "nothing is wrong with the image as far as is known; " + wayOut(resolution),
        Evidence.of(resolution, facts.pulled()));
  }

  private static String wayOut(Resolution.Inconclusive resolution) {
    String host = resolution.host();
    return switch (resolution) {
      case Resolution.RateLimited _ ->
          "try again later; a pull secret for " + host + ", or a mirror, has a limit of its own";
      case Resolution.RegistryError _ -> "try again later, or see the state of " + host;
      case Resolution.Unreachable unreachable ->
          switch (unreachable.cause()) {
            case DNS ->
                "check the spelling of " + host + "; if it is right, pullgate's DNS must know it";
            case NOT_ASKED -> "try again, or raise the limits in a Registry for " + host;
            case PROXY -> "see whether the proxy of pullgate's environment lets it reach " + host;
            case CONNECT, TIMEOUT ->
                "try again later; see whether %s is up, and whether a network policy, firewall or proxy keeps pullgate from it"
                    .formatted(host);
            case TLS ->
                "a Registry for %s can name its authority (caBundle) or plain HTTP (scheme)"
                    .formatted(host);
          };
    };
  }
}
