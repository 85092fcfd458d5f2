package dev.pullgate.cluster;

import dev.pullgate.credential.PullSecret;
import dev.pullgate.review.KeyringSource;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Reads pull secrets one by one when they are needed: always what the API server has now, and with
/// no right but `get`.
public final class ClusterKeyringSource implements KeyringSource {
  private final KubernetesClient client;

  /// Takes the connection.
  public ClusterKeyringSource(KubernetesClient client) {
    this.client = client;
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
      return new PullSecret.Unknown(name, ClusterConnection.reason(e));
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
  public List<String> serviceAccountPullSecrets(String namespace, String serviceAccount) {
    try {
      ServiceAccount account =
          client.serviceAccounts().inNamespace(namespace).withName(serviceAccount).get();
      if (account == null || account.getImagePullSecrets() == null) {
        return List.of();
      }
      return account.getImagePullSecrets().stream()
          .map(LocalObjectReference::getName)
          .filter(name -> name != null && !name.isEmpty())
          .distinct()
          .toList();
    } catch (KubernetesClientException | IllegalArgumentException _) {
      return List.of();
    }
  }
}
