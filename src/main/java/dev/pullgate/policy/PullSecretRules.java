package dev.pullgate.policy;

import dev.pullgate.credential.PullSecret;
import dev.pullgate.image.PolicyName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Section `pullSecrets`: what follows from the pod's secrets. A finding denies where the pull
/// would fail with what the pod has; elsewhere, and on templates, it warns.
final class PullSecretRules {
  private final Policy policy;
  private final Policy.PullSecrets section;
  private final ImageFacts facts;
  private final List<Finding> findings = new ArrayList<>();

  private PullSecretRules(Policy policy, Policy.PullSecrets section, ImageFacts facts) {
    this.policy = policy;
    this.section = section;
    this.facts = facts;
  }

  static List<Finding> judge(Policy policy, Policy.PullSecrets section, ImageFacts facts) {
    return new PullSecretRules(policy, section, facts).judge();
  }

  private List<Finding> judge() {
    facts.keyring().malformed().forEach(this::malformed);
    if (!facts.credentials().isEmpty()) {
      rejected();
      facts.keyring().secrets().forEach(secret -> unusable(secret, false));
      return findings;
    }
    boolean fails = failsWithoutCredential();
    facts.keyring().secrets().forEach(secret -> unusable(secret, fails));
    unmatched(fails);
    if (fails && facts.keyring().secrets().isEmpty()) {
      required();
    }
    return findings;
  }

  private boolean refusedAnonymously() {
    return facts
        .resolution()
        .filter(Resolution.Refused.class::isInstance)
        .map(Resolution.Refused.class::cast)
        .filter(refused -> refused.access().anonymous())
        .isPresent();
  }

  private boolean declaredPrivate() {
    PolicyName name = facts.pulled().policyName();
    boolean served = facts.resolution().filter(Resolution.Found.class::isInstance).isPresent();
    return !served && section.privateRegistries().stream().anyMatch(glob -> glob.matches(name));
  }

  /// Whether it is proven that the pull fails when no credential is sent.
  private boolean failsWithoutCredential() {
    if (facts.nodeCredentials() || facts.keyring().incomplete()) {
      return false;
    }
    // Where a refusal may as well mean "missing", it proves a lack of credentials only if the pod
    // names secrets: the author then takes the image for private.
    boolean ambiguous = facts.hidesPrivateImages() && facts.keyring().secrets().isEmpty();
    return declaredPrivate() || (refusedAnonymously() && !ambiguous);
  }

  private void malformed(PullSecret.Malformed secret) {
    add(
        Rule.PULL_SECRET_INVALID,
        denyUnlessTemplate(),
        "pull secret \"%s\" is malformed, so no image of this pod can be pulled"
            .formatted(secret.name()),
        secret.reason(),
        "write it again: " + createSecret(facts),
        secret.name());
  }

  private void unusable(PullSecret secret, boolean fails) {
    Verdict verdict = fails ? denyUnlessTemplate() : Verdict.warning(section.mode());
    switch (secret) {
      case PullSecret.Missing missing ->
          add(
              Rule.PULL_SECRET_MISSING,
              verdict,
              "pull secret \"%s\" does not exist in namespace \"%s\""
                  .formatted(missing.name(), facts.namespace()),
              refusal(),
              "create it: " + createSecret(facts, missing.name()),
              missing.name());
      case PullSecret.PassedOver passedOver ->
          add(
              Rule.PULL_SECRET_INVALID,
              verdict,
              "pull secret \"%s\" cannot be used".formatted(passedOver.name()),
              passedOver.reason(),
              "write it again: " + createSecret(facts),
              passedOver.name());
      case PullSecret.Usable _, PullSecret.Malformed _, PullSecret.Unknown _ -> {}
    }
  }

  private void unmatched(boolean fails) {
    List<PullSecret.Usable> usable =
        facts.keyring().secrets().stream()
            .filter(PullSecret.Usable.class::isInstance)
            .map(PullSecret.Usable.class::cast)
            .toList();
    // A secret for one image of the pod is no mistake because another image needs none.
    if (usable.isEmpty() || (!fails && facts.secretsServeSome())) {
      return;
    }
    List<String> keys =
        usable.stream()
            .flatMap(secret -> secret.entries().stream())
            .map(PullSecret.Entry::key)
            .toList();
    String names = String.join(", ", usable.stream().map(PullSecret.Usable::name).toList());
    add(
        Rule.PULL_SECRET_UNMATCHED,
        fails ? denyUnlessTemplate() : Verdict.warning(section.mode()),
        "no key of pull secret %s matches %s".formatted(names, facts.pulled().name()),
        keys.isEmpty() ? "it has no keys" : "its keys are " + shown(keys),
        "use the key %s: %s".formatted(dockerServer(facts), createSecret(facts)),
        names);
  }

  private void rejected() {
    facts
        .resolution()
        .filter(Resolution.Refused.class::isInstance)
        .map(Resolution.Refused.class::cast)
        .filter(refused -> section.verify() && !refused.access().anonymous())
        .ifPresent(refused ->
            add(
                Rule.PULL_SECRET_REJECTED,
                denyUnlessTemplate(),
                facts.subject().image() + " cannot be pulled, the registry refuses the credentials",
                "%s answered %d, asked %s"
                    .formatted(refused.host(), refused.status(), refused.access().describe()),
                "renew the password, or give the account the right to pull "
                    + facts.pulled().repository()
                    + ": "
                    + createSecret(facts, refused.access().sent().getLast().secret()),
                refused.access().sent().getLast().secret()));
  }

  private void required() {
    add(
        Rule.PULL_SECRET_REQUIRED,
        denyUnlessTemplate(),
        facts.subject().image() + " is private, and the pod names no pull secret",
        refusal(),
        createSecret(facts) + ", and name it in imagePullSecrets or in the ServiceAccount",
        "");
  }

  private String refusal() {
    Optional<Resolution.Refused> refused =
        facts
            .resolution()
            .filter(Resolution.Refused.class::isInstance)
            .map(Resolution.Refused.class::cast);
    return refused
        .map(answer -> "%s refused anonymous access (%d)".formatted(answer.host(), answer.status()))
        .orElseGet(() -> declaredPrivate() ? "the policy declares the registry as private" : "");
  }

  private Verdict denyUnlessTemplate() {
    return facts.template() ? Verdict.warning(section.mode()) : Verdict.of(section.mode());
  }

  private void add(
      Rule rule, Verdict verdict, String message, String proof, String repair, String secret) {
    Map<String, String> evidence = secret.isEmpty() ? Map.of() : Map.of("secret", secret);
    findings.add(
        new Finding(
            rule,
            policy.name(),
            section.mode(),
            verdict,
            facts.subject(),
            message,
            proof,
            repair,
            evidence));
  }

  private static String shown(List<String> keys) {
    List<String> first = keys.subList(0, Math.min(keys.size(), 5));
    return String.join(", ", first) + (first.size() < keys.size() ? ", …" : "");
  }

  /// The key that serves a registry: Docker Hub's is the address that docker itself writes.
  private static String dockerServer(ImageFacts facts) {
    String registry = facts.pulled().registry();
    return registry.equals("docker.io") ? "https://index.docker.io/v1/" : registry;
  }

  static String createSecret(ImageFacts facts) {
    return createSecret(facts, "NAME");
  }

  private static String createSecret(ImageFacts facts, String name) {
    return "kubectl create secret docker-registry %s -n %s --docker-server=%s --docker-username=… --docker-password=…"
        .formatted(name, facts.namespace(), dockerServer(facts));
  }
}
