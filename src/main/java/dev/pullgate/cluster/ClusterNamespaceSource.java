package dev.pullgate.cluster;

import dev.pullgate.review.NamespaceSource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Watches namespaces for their labels.
public final class ClusterNamespaceSource implements NamespaceSource, AutoCloseable {
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";

  private final KubernetesClient client;
  private final SharedIndexInformer<Namespace> informer;

  /// Begins to watch.
  ///
  /// @throws ClusterException when the gate may not list namespaces
  public ClusterNamespaceSource(KubernetesClient client) throws ClusterException {
    this.client = client;
    try {
      this.informer = client.namespaces().inform();
    } catch (KubernetesClientException e) {
      throw new ClusterException(
          "namespaces cannot be listed: "
              + ClusterConnection.reason(e)
              + ". The gate needs get, list and watch on namespaces");
    }
  }

  @Override
  public Map<String, String> labels(String namespace) {
    Namespace known = informer.getStore().getByKey(namespace);
    if (known == null) {
      known = askedDirectly(namespace);
    }
    Map<String, String> labels = new HashMap<>();
    if (known != null && known.getMetadata().getLabels() != null) {
      labels.putAll(known.getMetadata().getLabels());
    }
    labels.put(NAME_LABEL, namespace);
    return labels;
  }

  /// The first pod of a new namespace may be faster than the watch.
  private @Nullable Namespace askedDirectly(String namespace) {
    try {
      return namespace.isEmpty() ? null : client.namespaces().withName(namespace).get();
    } catch (KubernetesClientException | IllegalArgumentException _) {
      return null;
    }
  }

  @Override
  public void close() {
    informer.close();
  }
}
