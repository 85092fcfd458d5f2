package dev.pullgate.document;

import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicyException;
import dev.pullgate.policy.RegistrySettings;

/// One policy, registry or exception in the form that is judged by.
public sealed interface DecodedResource {
  /// A ClusterImagePolicy or ImagePolicy.
  record OfPolicy(Policy policy) implements DecodedResource {}

  /// A Registry.
  record OfRegistry(RegistrySettings settings) implements DecodedResource {}

  /// An ImagePolicyException.
  record OfException(PolicyException exception) implements DecodedResource {}
}
