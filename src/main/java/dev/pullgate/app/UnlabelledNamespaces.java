package dev.pullgate.app;

import dev.pullgate.review.NamespaceSource;
import java.util.Map;

/// Without a cluster a namespace has no label but its name.
final class UnlabelledNamespaces implements NamespaceSource {
  @Override
  public Map<String, String> labels(String namespace) {
    return Map.of("kubernetes.io/metadata.name", namespace);
  }
}
