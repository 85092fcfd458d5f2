package dev.pullgate.review;

import java.util.List;

/// Port: how the registries do that this process has asked.
public interface RegistryHealthSource {
  /// All that are remembered, by host. Tenants name some of them.
  List<RegistryHealth> registries();
}
