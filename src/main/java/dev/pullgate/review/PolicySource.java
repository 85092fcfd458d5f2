package dev.pullgate.review;

import dev.pullgate.policy.PolicySet;

/// Port: the policies that hold now.
public interface PolicySource {
  /// The policies and registries at this moment, as one consistent set.
  PolicySet current();
}
