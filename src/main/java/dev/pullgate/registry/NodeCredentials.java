package dev.pullgate.registry;

import dev.pullgate.credential.Credential;
import dev.pullgate.credential.Keyring;
import dev.pullgate.credential.PullSecret;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.ImageResolver;
import dev.pullgate.review.KeyringSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// Asks with the login of the nodes after those of the pod, as the kubelet does, where a Registry
/// names the secret that stands for it (`credentials`). What the nodes send is known then, so that
/// a refusal proves something; where the secret cannot be used it is not, and proves nothing.
public final class NodeCredentials implements ImageResolver {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.registry");

  private final ImageResolver registries;
  private final String namespace;
  private final MeterRegistry meters;
  private final KeyringSource secrets;
  private final Map<String, String> problems = new ConcurrentHashMap<>();

  /// Takes what it asks.
  ///
  /// @param namespace of the gate, where the secrets are
  public NodeCredentials(
      ImageResolver registries, KeyringSource secrets, String namespace, MeterRegistry meters) {
    this.registries = registries;
    this.namespace = namespace;
    this.meters = meters;
    this.secrets = secrets;
  }

  @Override
  public Resolution resolve(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    return registries.resolve(
        reference,
        withThoseOfNodes(reference, credentials, settings, deadline),
        settings,
        deadline);
  }

  @Override
  public boolean remembers(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    return registries.remembers(
        reference,
        withThoseOfNodes(reference, credentials, settings, deadline),
        settings,
        deadline);
  }

  @Override
  public IndexContent index(
      ImageReference reference,
      Resolution.Found found,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    return registries.index(
        reference,
        found,
        withThoseOfNodes(reference, credentials, settings, deadline),
        settings,
        deadline);
  }

  @Override
  public List<String> tags(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    return registries.tags(
        reference,
        withThoseOfNodes(reference, credentials, settings, deadline),
        settings,
        deadline);
  }

  private List<Credential> withThoseOfNodes(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    if (settings.credentials().isEmpty()) {
      return credentials;
    }
    List<Credential> all = new ArrayList<>(credentials);
    all.addAll(keyring(settings, settings.credentials().get(), deadline).lookup(reference));
    return all;
  }

  private Keyring keyring(RegistrySettings settings, String name, Deadline deadline) {
    return switch (secrets.pullSecrets(namespace, List.of(name), deadline).getFirst()) {
      case PullSecret.Usable usable -> {
        problems.remove(name);
        yield new Keyring(List.of(new PullSecret.Usable(namespace + "/" + name, usable.entries())));
      }
      case PullSecret.Missing _ -> unusable(settings, name, "it does not exist");
      case PullSecret.PassedOver passedOver -> unusable(settings, name, passedOver.reason());
      case PullSecret.Malformed malformed -> unusable(settings, name, malformed.reason());
      case PullSecret.Unknown unknown -> unusable(settings, name, unknown.reason());
    };
  }

  /// Says the same thing once, however often the registry is asked.
  private Keyring unusable(RegistrySettings settings, String name, String reason) {
    meters
        .counter("pullgate.registry.credentials.unusable", "registry", settings.host())
        .increment();
    if (!reason.equals(problems.put(name, reason))) {
      LOG.warnv(
          "secret {0} in namespace {1}, which stands for what the nodes send to {2}, cannot be used:"
              + " {3}; until it can, a refusal of {2} proves nothing",
          name, namespace, settings.host(), reason);
    }
    return new Keyring(List.of());
  }
}
