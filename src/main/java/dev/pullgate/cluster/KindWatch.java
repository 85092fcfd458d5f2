package dev.pullgate.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import org.jboss.logging.Logger;

/// Watches one kind of custom resource. Where the cluster does not have the kind, or the gate may
/// not read it, it tries again until it can. Objects are read as trees: one that a type could not
/// take must not end the watch of all others.
final class KindWatch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private final KubernetesClient client;
  private final Class<? extends CustomResource<?, ?>> kind;
  private final ResourceDefinitionContext context;
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private volatile String problem = "";

  /// Takes what to call, from any thread, when something may have changed.
  KindWatch(KubernetesClient client, Class<? extends CustomResource<?, ?>> kind, Runnable changed) {
    this.client = client;
    this.kind = kind;
    this.context = ResourceDefinitionContext.fromResourceType(kind);
    this.informer =
        client
            .genericKubernetesResources(context)
            .inAnyNamespace()
            .runnableInformer(0)
            .exceptionHandler((_, failure) -> {
              failed(failure);
              return true;
            })
            .addEventHandler(new Signal(changed));
  }

  private record Signal(Runnable changed)
      implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource added) {
      changed.run();
    }

    @Override
    public void onUpdate(GenericKubernetesResource old, GenericKubernetesResource updated) {
      changed.run();
    }

    @Override
    public void onDelete(GenericKubernetesResource deleted, boolean finalStateUnknown) {
      changed.run();
    }
  }

  void start() {
    informer.start();
  }

  /// Whether everything is read once, or it is known why it cannot be.
  boolean isSettled() {
    return informer.hasSynced() || !problem.isEmpty();
  }

  /// Whether everything is read once.
  boolean isSynced() {
    return informer.hasSynced();
  }

  ResourceDefinitionContext context() {
    return context;
  }

  /// The objects as they are known now.
  List<JsonNode> objects() {
    return informer.getStore().list().stream()
        .map(object -> client.getKubernetesSerialization().convertValue(object, JsonNode.class))
        .toList();
  }

  /// Says the same thing once, however often it is tried again.
  private void failed(Throwable failure) {
    String said = sentence(failure);
    if (!said.equals(problem)) {
      problem = said;
      LOG.warn(said);
    }
  }

  private String sentence(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof KubernetesClientException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String plural = HasMetadata.getPlural(kind);
    String begin = plural + " of the cluster are not read: ";
    if (!(cause instanceof KubernetesClientException answer)) {
      return begin + cause.getClass().getSimpleName() + ". It is tried again";
    }
    return switch (answer.getCode()) {
      case NOT_FOUND ->
          begin
              + "it has no kind "
              + HasMetadata.getKind(kind)
              + ", and the gate could not install it. Policies from files hold; for custom"
              + " resources apply deploy/base/crds, or give the gate get, create and patch on"
              + " customresourcedefinitions";
      case FORBIDDEN ->
          begin
              + "it forbids the request (403). Policies from files hold; for custom resources the"
              + " gate needs get, list and watch on "
              + plural
              + "."
              + context.getGroup();
      default -> begin + ClusterConnection.reason(answer) + ". It is tried again";
    };
  }

  @Override
  public void close() {
    informer.close();
  }
}
