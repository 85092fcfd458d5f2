package dev.pullgate.cluster;

import dev.pullgate.credential.PullSecret;
import dev.pullgate.review.KeyringSource;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;

/// Reads pull secrets one by one when they are needed: always what the API server has now, and with
/// no right but `get`.
public final class ClusterKeyringSource implements KeyringSource {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");

  private final KubernetesClient client;
  private final MeterRegistry meters;

  /// Takes the connection.
  public ClusterKeyringSource(KubernetesClient client, MeterRegistry meters) {
    this.client = client;
    this.meters = meters;
  }

  @Override
  public List<PullSecret> pullSecrets(String namespace, List<String> names) {
    return names.stream().map(name -> pullSecret(namespace, name)).toList();
  }

  private PullSecret pullSecret(String namespace, String name) {
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      if (secret == null) {
        return new PullSecret.Missing(name);
      }
      return PullSecret.read(name, Objects.requireNonNullElse(secret.getType(), ""), data(secret));
    } catch (KubernetesClientException e) {
      return unread("secrets", namespace, name, e);
    } catch (IllegalArgumentException _) {
      return new PullSecret.Unknown(name, "its name cannot be asked for");
    }
  }

  private static Map<String, byte[]> data(Secret secret) {
    Map<String, byte[]> decoded = new HashMap<>();
    if (secret.getData() != null) {
      secret.getData().forEach((key, value) -> decoded.put(key, Base64.getDecoder().decode(value)));
    }
    return decoded;
  }

  @Override
  public List<PullSecret> serviceAccountPullSecrets(String namespace, String serviceAccount) {
    String label = "of ServiceAccount " + serviceAccount;
    try {
      ServiceAccount account =
          client.serviceAccounts().inNamespace(namespace).withName(serviceAccount).get();
      if (account == null) {
        return List.of(new PullSecret.Unknown(label, "it does not exist yet"));
      }
      if (account.getImagePullSecrets() == null) {
        return List.of();
      }
      return pullSecrets(
          namespace,
          account.getImagePullSecrets().stream()
              .map(LocalObjectReference::getName)
              .filter(name -> name != null && !name.isEmpty())
              .distinct()
              .toList());
    } catch (KubernetesClientException e) {
      return List.of(unread("serviceaccounts", namespace, label, e));
    } catch (IllegalArgumentException _) {
      return List.of(new PullSecret.Unknown(label, "its name cannot be asked for"));
    }
  }

  /// What may not be read leaves reviews without proof: the operator has to hear of it.
  private PullSecret unread(
      String resource, String namespace, String name, KubernetesClientException failure) {
    String reason = ClusterConnection.reason(failure);
    meters.counter("pullgate.cluster.unread", "resource", resource).increment();
    LOG.warnv(
        "{0} in namespace {1} cannot be read: {2}; reviews go on without proof. The gate needs get"
            + " on {0}",
        resource, namespace, reason);
    return new PullSecret.Unknown(name, reason);
  }
}
