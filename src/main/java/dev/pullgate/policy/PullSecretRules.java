package dev.pullgate.policy;

import dev.pullgate.credential.CredentialSource;
import dev.pullgate.credential.NearMiss;
import dev.pullgate.credential.NearMisses;
import dev.pullgate.credential.PullSecret;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.PolicyName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

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
    rejected();
    boolean fails = failsWithoutCredential();
    facts.keyring().secrets().forEach(secret -> unusable(secret, fails));
    unmatched(fails);
    if (fails && facts.keyring().secrets().isEmpty()) {
      required();
    }
    return findings;
  }

  private Optional<Resolution.Refused> refused() {
    return facts
        .resolution()
        .filter(Resolution.Refused.class::isInstance)
        .map(Resolution.Refused.class::cast);
  }

  private boolean refusedAnonymously() {
    return refused().filter(answer -> answer.access().anonymous()).isPresent();
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
    String command = SecretCommand.replace(facts, secret.name());
    add(
        Rule.PULL_SECRET_INVALID,
        denyUnlessTemplate(),
        "pull secret \"%s\" is malformed, so no image of this pod can be pulled"
            .formatted(secret.name()),
        secret.reason(),
        "write it again: " + command,
        Map.of("secret", secret.name(), "command", command));
  }

  private void unusable(PullSecret secret, boolean fails) {
    Verdict verdict = fails ? denyUnlessTemplate() : Verdict.warning(section.mode());
    String orNot = fails ? "" : ", or take the name out of imagePullSecrets";
    switch (secret) {
      case PullSecret.Missing missing -> missing(missing, verdict, orNot);
      case PullSecret.PassedOver passedOver -> {
        // It may be there for something else: nobody is told to delete it.
        String command = SecretCommand.create(facts, SecretCommand.NAME);
        add(
            Rule.PULL_SECRET_INVALID,
            verdict,
            "pull secret \"%s\" cannot be used".formatted(passedOver.name()),
            passedOver.reason(),
            "create one of the right type, and name it in its place" + orNot + ": " + command,
            Map.of("secret", passedOver.name(), "command", command));
      }
      case PullSecret.Usable _, PullSecret.Malformed _, PullSecret.Unknown _ -> {}
    }
  }

  private void missing(PullSecret.Missing missing, Verdict verdict, String orNot) {
    String command = SecretCommand.create(facts, missing.name());
    String repair =
        SecretCommand.isObjectName(missing.name())
            ? "create it" + orNot + ": "
            : "no secret can have this name; create one, and " + attach(facts) + ": ";
    add(
        Rule.PULL_SECRET_MISSING,
        verdict,
        "pull secret \"%s\" does not exist in namespace \"%s\""
            .formatted(missing.name(), facts.namespace()),
        refusal(),
        repair + command,
        Map.of("secret", missing.name(), "command", command));
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
    String names =
        usable.stream()
            .map(secret -> '"' + secret.name() + '"')
            .collect(Collectors.joining(" and "));
    String nearMisses = nearMisses();
    String command = renew(usable.getFirst().name());
    String key = SecretCommand.key(facts);
    Map<String, String> evidence = new HashMap<>();
    evidence.put(
        "secret", String.join(", ", usable.stream().map(PullSecret.Usable::name).toList()));
    evidence.put("key", key);
    evidence.put("command", command);
    if (!nearMisses.isEmpty()) {
      evidence.put("nearMisses", nearMisses);
    }
    add(
        Rule.PULL_SECRET_UNMATCHED,
        fails ? denyUnlessTemplate() : Verdict.warning(section.mode()),
        "no key of pull secret %s matches %s".formatted(names, facts.pulled().name()),
        keys(nearMisses),
        "the key has to be "
            + key
            + (replaceable() ? "" : "; create a secret beside, and " + attach(facts))
            + (fails ? "" : ", or take the name out of imagePullSecrets")
            + ": "
            + command,
        evidence);
  }

  /// The keys that are nearly right with what is wrong about them.
  private String nearMisses() {
    boolean several = facts.keyring().secrets().size() > 1;
    return NearMisses.of(facts.keyring(), facts.pulled(), source().orElse(null)).stream()
        .map(miss -> named(miss, several))
        .collect(Collectors.joining("; "));
  }

  private static String named(NearMiss miss, boolean several) {
    String secret = several ? " of secret \"" + miss.source().secret() + '"' : "";
    return "key " + miss.source().key() + secret + " " + miss.reason();
  }

  /// The image at its source, where it is pulled from a mirror.
  private Optional<ImageReference> source() {
    return facts.forms().source().equals(facts.pulled().policyName())
        ? Optional.empty()
        : ImageReference.parseIfValid(facts.forms().source().toString());
  }

  private String keys(String nearMisses) {
    List<String> keys =
        facts.keyring().keys().stream().map(CredentialSource::key).distinct().toList();
    if (keys.isEmpty()) {
      return "it has no keys";
    }
    if (!nearMisses.isEmpty()) {
      return nearMisses;
    }
    List<String> first = keys.subList(0, Math.min(keys.size(), 5));
    return (keys.size() == 1 ? "its only key is " : "its keys are ")
        + String.join(", ", first)
        + (first.size() < keys.size() ? ", …" : "");
  }

  private void rejected() {
    refused()
        .filter(refused -> section.verify() && !refused.access().anonymous())
        .ifPresent(this::rejected);
  }

  private void rejected(Resolution.Refused refused) {
    boolean unproven = facts.nodeCredentials() && !refused.access().withThoseOfNodes();
    CredentialSource last = refused.access().sent().getLast();
    String command =
        last.ofNodes() ? SecretCommand.create(facts, SecretCommand.NAME) : renew(last.secret());
    Map<String, String> evidence = new HashMap<>();
    evidence.put("secret", last.secret());
    evidence.put("key", last.key());
    evidence.put("command", command);
    add(
        Rule.PULL_SECRET_REJECTED,
        unproven ? Verdict.warning(section.mode()) : denyUnlessTemplate(),
        facts.subject().image()
            + (unproven
                ? " is refused to the pod's own credentials, so it depends on those of the nodes"
                : " cannot be pulled, the registry refuses the credentials"),
        "%s answered %d, asked %s"
            .formatted(refused.host(), refused.status(), refused.access().describe()),
        (last.ofNodes() ? renewThoseOfNodes(last) : renewThoseOfThePod()) + ": " + command,
        evidence);
  }

  private String renewThoseOfThePod() {
    return "give the account the right to pull "
        + facts.pulled().repository()
        + ", or renew the password"
        + (replaceable() ? "" : " in a secret beside, and " + attach(facts));
  }

  /// A secret in the gate's namespace is not the author's to write.
  private String renewThoseOfNodes(CredentialSource source) {
    return "ask whoever runs the cluster to renew the login of the nodes (secret "
        + source.secret()
        + ") or to give it the right to pull "
        + facts.pulled().repository()
        + "; or create a pull secret of your own, and "
        + attach(facts);
  }

  private void required() {
    String command = SecretCommand.create(facts, SecretCommand.NAME);
    add(
        Rule.PULL_SECRET_REQUIRED,
        denyUnlessTemplate(),
        facts.subject().image() + " is private, and the pod names no pull secret",
        refusal(),
        "create a secret, and " + attach(facts) + ": " + command,
        Map.of("command", command));
  }

  /// Where a secret has to be named so that the pod has it.
  static String attach(ImageFacts facts) {
    return "name it under imagePullSecrets of the "
        + (facts.template() ? "template" : "pod")
        + " or of its ServiceAccount";
  }

  private String refusal() {
    return refused()
        .map(answer -> "%s refused anonymous access (%d)".formatted(answer.host(), answer.status()))
        .orElseGet(() -> declaredPrivate() ? "the policy declares the registry as private" : "");
  }

  private Verdict denyUnlessTemplate() {
    return facts.template() ? Verdict.warning(section.mode()) : Verdict.of(section.mode());
  }

  /// Whether a secret may be written anew without a loss: it holds one key only.
  private boolean replaceable() {
    return facts.keyring().secrets().size() == 1 && facts.keyring().keys().size() <= 1;
  }

  /// A secret with other keys is left alone, and another one put beside it.
  private String renew(String secret) {
    return replaceable()
        ? SecretCommand.replace(facts, secret)
        : SecretCommand.create(facts, SecretCommand.NAME);
  }

  private void add(
      Rule rule,
      Verdict verdict,
      String message,
      String proof,
      String repair,
      Map<String, String> more) {
    Map<String, String> evidence = new HashMap<>();
    facts.resolution().ifPresent(answer -> evidence.putAll(Evidence.of(answer, facts.pulled())));
    evidence.putAll(more);
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
}
