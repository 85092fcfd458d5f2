package dev.pullgate.policy;

import dev.pullgate.credential.Credential;
import dev.pullgate.credential.Keyring;
import dev.pullgate.image.ImageReference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything that is known about one image of one object when it is judged.
///
/// @param written the reference as it stands in the object
/// @param pulled the reference that will be pulled: a mirror's, where a template's pods will be
///   rewritten
/// @param forms the names by which policies match it
/// @param answer what the registry said; absent where it was not asked
/// @param keyring the pull secrets of the pod
/// @param namespace of the object
/// @param template whether pods are made from the object later
/// @param nodeCredentials whether the nodes have a login of their own for the registry
/// @param secretsServeSome whether some key of the pull secrets matches some image of the object
/// @param index what its index serves; absent where nobody wants to know
public record ImageFacts(
    Subject subject,
    ImageReference written,
    ImageReference pulled,
    ImageForms forms,
    @Nullable Resolution answer,
    Keyring keyring,
    String namespace,
    boolean template,
    boolean nodeCredentials,
    boolean secretsServeSome,
    @Nullable ImagePlatforms index) {
  /// What the registry said, where it was asked.
  public Optional<Resolution> resolution() {
    return Optional.ofNullable(answer);
  }

  /// What its index serves, where that was read.
  public Optional<ImagePlatforms> platforms() {
    return Optional.ofNullable(index);
  }

  /// The credentials that the kubelet would send.
  public List<Credential> credentials() {
    return keyring.lookup(pulled);
  }

  /// Whether the registry answers "missing" and "private" alike to those without a login.
  public boolean hidesPrivateImages() {
    String host = pulled.policyName().registry();
    return host.equals("docker.io")
        || host.equals("ghcr.io")
        || host.equals("gcr.io")
        || host.endsWith(".gcr.io")
        || host.endsWith(".pkg.dev");
  }
}
