package dev.pullgate.registry;

import dev.pullgate.image.PolicyName;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.review.PolicySource;
import java.util.Set;

/// Which registries tenants did not make up: those that a Registry declares or a mirror points at,
/// and the large public ones. Only they get series of their own in the metrics, a memory that
/// others cannot push out, and a share of the gate that others cannot use up.
final class KnownRegistries {
  private static final Set<String> WELL_KNOWN =
      Set.of(
          "docker.io",
          "ghcr.io",
          "quay.io",
          "gcr.io",
          "registry.k8s.io",
          "public.ecr.aws",
          "mcr.microsoft.com");

  private final PolicySource policies;

  KnownRegistries(PolicySource policies) {
    this.policies = policies;
  }

  /// @param host in the spelling of policies
  boolean contains(String host) {
    PolicySet current = policies.current();
    return WELL_KNOWN.contains(host)
        || current.declared(host).isPresent()
        || current.policies().stream()
            .flatMap(policy -> policy.mirrors().stream())
            .anyMatch(mirror -> isAt(mirror.target(), host));
  }

  private static boolean isAt(String target, String host) {
    int slash = target.indexOf('/');
    return PolicyName.canonicalRegistry(slash < 0 ? target : target.substring(0, slash))
        .equals(host);
  }

  /// The name of a registry in metrics.
  ///
  /// @param registry in any spelling
  String label(String registry) {
    String host = PolicyName.canonicalRegistry(registry);
    return contains(host) ? host : "other";
  }
}
