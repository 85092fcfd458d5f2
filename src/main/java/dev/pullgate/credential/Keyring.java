package dev.pullgate.credential;

import dev.pullgate.image.ImageReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The pull secrets of a pod, and which of their entries the kubelet would use for an image.
///
/// The kubelet tries keys in reverse lexical order and uses every one that matches; the entry of
/// `index.docker.io` serves Docker Hub's images only where nothing matched.
///
/// @see <a
///   href="https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/credentialprovider/keyring.go">keyring.go</a>
public final class Keyring {
  private static final String DEFAULT_REGISTRY = "index.docker.io";

  private final List<PullSecret> secrets;
  private final TreeMap<String, List<KeyedCredential>> index =
      new TreeMap<>(Comparator.reverseOrder());

  private record KeyedCredential(KeyringKey key, Credential credential) {}

  /// Builds the keyring of a pod.
  ///
  /// @param secrets in the order in which the pod names them
  public Keyring(List<PullSecret> secrets) {
    this.secrets = List.copyOf(secrets);
    for (PullSecret secret : secrets) {
      if (secret instanceof PullSecret.Usable usable) {
        usable.entries().forEach(entry -> add(usable.name(), entry));
      }
    }
  }

  private void add(String secret, PullSecret.Entry entry) {
    KeyringKey.ofEntry(entry.key())
        .ifPresent(key ->
            index
                .computeIfAbsent(key.toString(), _ -> new ArrayList<>())
                .add(
                    new KeyedCredential(
                        key,
                        new Credential(
                            entry.username(),
                            entry.password(),
                            new CredentialSource(secret, KeyringKey.shown(entry.key()))))));
  }

  /// The secrets as they were read, those that cannot be used among them.
  public List<PullSecret> secrets() {
    return secrets;
  }

  /// Whether the content of some secret is not known, so that an empty lookup proves nothing.
  public boolean incomplete() {
    return secrets.stream().anyMatch(PullSecret.Unknown.class::isInstance);
  }

  /// The secrets at which the kubelet fails for every image of the pod.
  public Stream<PullSecret.Malformed> malformed() {
    return secrets.stream()
        .filter(PullSecret.Malformed.class::isInstance)
        .map(PullSecret.Malformed.class::cast);
  }

  /// The keys of the secrets that can be used, as they may be shown: without what may be a login.
  public List<CredentialSource> keys() {
    return secrets.stream()
        .filter(PullSecret.Usable.class::isInstance)
        .map(PullSecret.Usable.class::cast)
        .flatMap(secret ->
            secret.entries().stream()
                .map(entry -> new CredentialSource(secret.name(), KeyringKey.shown(entry.key()))))
        .toList();
  }

  /// The credentials that the kubelet would try for an image, in its order; empty when it would
  /// pull anonymously.
  public List<Credential> lookup(ImageReference image) {
    List<Credential> matching =
        KeyringKey.ofImage(image.name()).stream()
            .flatMap(name ->
                index.values().stream()
                    .flatMap(List::stream)
                    .filter(keyed -> keyed.key().matches(name)))
            .map(KeyedCredential::credential)
            .toList();
    if (!matching.isEmpty() || !servedByDefaultRegistry(image)) {
      return matching;
    }
    return index.getOrDefault(DEFAULT_REGISTRY, List.of()).stream()
        .map(KeyedCredential::credential)
        .toList();
  }

  /// Docker Hub's images, and all whose host has neither dot nor port, `localhost` among them.
  private static boolean servedByDefaultRegistry(ImageReference image) {
    String registry = image.registry();
    return registry.equals("docker.io")
        || registry.equals(DEFAULT_REGISTRY)
        || (!registry.contains(".") && !registry.contains(":"));
  }
}
