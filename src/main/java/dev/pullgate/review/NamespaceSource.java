package dev.pullgate.review;

import java.util.Map;

/// Port: reads what policies select namespaces by.
public interface NamespaceSource {
  /// The labels of a namespace, with `kubernetes.io/metadata.name` at least.
  Map<String, String> labels(String namespace);
}
