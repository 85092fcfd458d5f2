package dev.pullgate.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Makes the kinds of custom resources known to a cluster that does not have them, where the gate
/// may. What somebody else installed is left as it is: by kustomize, Helm or GitOps it has an
/// owner.
final class CustomResourceDefinitions {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");
  private static final String FIELD_MANAGER = "pullgate";
  private static final int FORBIDDEN = 403;
  private static final int ESTABLISHED_SECONDS = 5;

  private final KubernetesClient client;

  CustomResourceDefinitions(KubernetesClient client) {
    this.client = client;
  }

  /// Applies the definition of a kind where it is missing, or is an older one of the gate's own.
  /// What stays missing, the watch of the kind says.
  void ensure(Class<? extends CustomResource<?, ?>> kind) {
    String name = HasMetadata.getFullResourceName(kind);
    Resource<CustomResourceDefinition> named =
        client.apiextensions().v1().customResourceDefinitions().withName(name);
    try {
      CustomResourceDefinition present = named.get();
      if (present != null && !isOwn(present)) {
        return;
      }
      client.resource(bundled(name)).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
      if (present == null) {
        LOG.infov("installed the CustomResourceDefinition {0}", name);
        named.waitUntilCondition(
            CustomResourceDefinitions::isEstablished, ESTABLISHED_SECONDS, TimeUnit.SECONDS);
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        LOG.warnv(
            "the CustomResourceDefinition {0} cannot be applied: {1}",
            name, ClusterConnection.reason(e));
      }
    }
  }

  private static boolean isOwn(CustomResourceDefinition definition) {
    return definition.getMetadata().getManagedFields().stream()
        .anyMatch(fields ->
            FIELD_MANAGER.equals(fields.getManager()) && "Apply".equals(fields.getOperation()));
  }

  private static boolean isEstablished(CustomResourceDefinition definition) {
    return definition != null
        && definition.getStatus() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(condition ->
                "Established".equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  private CustomResourceDefinition bundled(String name) {
    String path = "/crds/" + name + ".yaml";
    try (InputStream stream = CustomResourceDefinitions.class.getResourceAsStream(path)) {
      return client
          .getKubernetesSerialization()
          .unmarshal(Objects.requireNonNull(stream, path), CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
