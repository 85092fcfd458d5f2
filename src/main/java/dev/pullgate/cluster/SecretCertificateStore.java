package dev.pullgate.cluster;

import dev.pullgate.certificate.CertificateStore;
import dev.pullgate.certificate.Certificates;
import dev.pullgate.certificate.Pem;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keeps certificates in a Secret of the gate's own namespace, where all replicas find them.
public final class SecretCertificateStore implements CertificateStore {
  private static final String NAME = "pullgate-certificates";
  private static final int CONFLICT = 409;
  private static final String NEEDED =
      ". The gate needs get, create and update on this secret of its own namespace";

  private final KubernetesClient client;
  private final String namespace;

  /// Takes the gate's namespace.
  public SecretCertificateStore(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  @Override
  public Optional<Certificates> load() throws IOException {
    try {
      return read(client.secrets().inNamespace(namespace).withName(NAME).get());
    } catch (KubernetesClientException e) {
      throw new IOException(
          location() + " cannot be read: " + ClusterConnection.reason(e) + NEEDED, e);
    }
  }

  private static Optional<Certificates> read(@Nullable Secret secret) {
    if (secret == null || secret.getData() == null) {
      return Optional.empty();
    }
    Map<String, String> texts = new HashMap<>();
    secret
        .getData()
        .forEach((name, value) ->
            texts.put(name, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    return Pem.read(texts);
  }

  @Override
  public Certificates save(Certificates certificates) throws IOException {
    try {
      Secret existing = client.secrets().inNamespace(namespace).withName(NAME).get();
      Secret wanted =
          new SecretBuilder()
              .withNewMetadata()
              .withName(NAME)
              .withNamespace(namespace)
              .addToLabels("app.kubernetes.io/name", "pullgate")
              .withResourceVersion(
                  existing == null ? null : existing.getMetadata().getResourceVersion())
              .endMetadata()
              .withType("Opaque")
              .withStringData(Pem.write(certificates))
              .build();
      // With the version that was read, the faster of two replicas wins and the other follows it.
      if (existing == null) {
        client.resource(wanted).create();
      } else {
        client.resource(wanted).update();
      }
      return certificates;
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        return load()
            .orElseThrow(() -> new IOException(location() + " holds no usable certificates", e));
      }
      throw new IOException(
          location() + " cannot be written: " + ClusterConnection.reason(e) + NEEDED, e);
    }
  }

  @Override
  public String location() {
    return "secret " + namespace + "/" + NAME;
  }
}
