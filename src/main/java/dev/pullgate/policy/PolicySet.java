package dev.pullgate.policy;

import dev.pullgate.image.ImageReference;
import dev.pullgate.image.PolicyName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// All policies and registries that hold at one moment.
public final class PolicySet {
  private final List<Policy> policies;
  private final Map<String, RegistrySettings> registries;
  private final List<PolicyException> exceptions;

  /// Takes policies in any order and at most one setting a registry.
  public PolicySet(
      List<Policy> policies, List<RegistrySettings> registries, List<PolicyException> exceptions) {
    this.exceptions = List.copyOf(exceptions);
    this.policies = policies.stream().sorted(Comparator.comparing(Policy::name)).toList();
    this.registries =
        registries.stream()
            .collect(
                Collectors.toMap(
                    RegistrySettings::host,
                    settings -> settings,
                    (_, last) -> last,
                    LinkedHashMap::new));
  }

  /// The policies by name.
  public List<Policy> policies() {
    return policies;
  }

  /// The exceptions, expired ones among them.
  public List<PolicyException> exceptions() {
    return exceptions;
  }

  /// The registries that are declared.
  public List<RegistrySettings> registries() {
    return List.copyOf(registries.values());
  }

  /// What is declared of a registry, under any spelling of its host.
  public Optional<RegistrySettings> declared(String host) {
    return Optional.ofNullable(registries.get(PolicyName.canonicalRegistry(host)));
  }

  /// The policies that look at an object.
  public PolicySet covering(
      String namespace, Map<String, String> namespaceLabels, Map<String, String> labels) {
    return new PolicySet(
        policies.stream()
            .filter(policy -> policy.scope().covers(namespace, namespaceLabels, labels))
            .toList(),
        registries(),
        exceptions);
  }

  /// The mirror that takes an image over: the longest source wins, then the policy's name. Empty
  /// for an image that no mirror has, that no policy with a mirror looks at, or that is at a mirror
  /// already.
  public Optional<Mirror> mirrorFor(ImageReference reference) {
    if (source(reference).isPresent()) {
      return Optional.empty();
    }
    ImageForms forms = new ImageForms(reference.policyName(), List.of());
    List<Mirror> candidates = new ArrayList<>();
    for (Policy policy : policies) {
      if (policy.scope().covers(forms)) {
        policy.mirrors().stream()
            .filter(Mirror::acts)
            .filter(mirror -> mirror.rewrite(reference).isPresent())
            .forEach(candidates::add);
      }
    }
    return candidates.stream()
        .max(
            Comparator.comparingInt((Mirror mirror) -> mirror.source().length())
                .thenComparing(Mirror::policy, Comparator.reverseOrder()));
  }

  /// The source of an image that is written with the name that a mirror gives it.
  public Optional<MirroredSource> source(ImageReference reference) {
    return policies.stream()
        .flatMap(policy -> policy.mirrors().stream())
        .flatMap(mirror ->
            mirror.sourceOf(reference).stream().map(source -> new MirroredSource(mirror, source)))
        .max(Comparator.comparingInt(mirrored -> mirrored.mirror().target().length()));
  }

  /// The policy that writes the digest of an image; empty where none does.
  ///
  /// @param pulled the image where it will come from: at the mirror, if it is rewritten
  public Optional<Policy> pinning(ImageReference pulled) {
    ImageForms forms =
        new ImageForms(
            source(pulled).map(MirroredSource::source).orElse(pulled).policyName(),
            List.of(pulled.policyName()));
    return policies.stream()
        .filter(Policy::pins)
        .filter(policy -> policy.scope().covers(forms))
        .findFirst();
  }

  /// An image at a mirror, and what it is there.
  ///
  /// @param source the reference at the source
  public record MirroredSource(Mirror mirror, ImageReference source) {}
}
