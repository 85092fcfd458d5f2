package dev.pullgate.registry;

import dev.pullgate.credential.Credential;
import dev.pullgate.credential.CredentialSource;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// A client that knows a few registries, and the questions of a test.
final class AskingClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final PolicySet policies;
  private final RegistryClient client;

  /// Takes what is declared.
  AskingClient(RegistrySettings... declared) {
    this.policies = new PolicySet(List.of(), List.of(declared), List.of());
    this.client =
        new RegistryClient(() -> policies, new SimpleMeterRegistry(), InstantSource.system());
  }

  /// A registry that is asked by plain HTTP.
  static RegistrySettings plain(String host) {
    return new RegistrySettings(host, true, List.of(), false, null, PATIENCE);
  }

  /// A registry that is asked by HTTPS.
  static RegistrySettings secure(String host, X509Certificate... trusted) {
    return new RegistrySettings(host, false, List.of(trusted), false, null, PATIENCE);
  }

  /// The same with another time for a request.
  static RegistrySettings within(Duration timeout, RegistrySettings settings) {
    return new RegistrySettings(
        settings.host(),
        settings.plainHttp(),
        settings.trustedCertificates(),
        settings.nodeCredentials(),
        settings.pullEndpoint(),
        timeout);
  }

  /// A login as if of a pull secret.
  static Credential login(String secret, String username, String password) {
    return new Credential(username, password, source(secret));
  }

  /// Where such a login stands.
  static CredentialSource source(String secret) {
    return new CredentialSource(secret, "key-of-" + secret);
  }

  Resolution ask(String image, Credential... credentials) {
    return ask(PATIENCE, image, credentials);
  }

  Resolution ask(Duration time, String image, Credential... credentials) {
    ImageReference reference = ImageReference.parseIfValid(image).orElseThrow();
    RegistrySettings settings =
        policies
            .declared(reference.registry())
            .orElseGet(() -> RegistrySettings.undeclared(reference.registry()));
    return client.resolve(
        reference, List.of(credentials), settings, Deadline.after(InstantSource.system(), time));
  }

  @Override
  public void close() {
    client.close();
  }
}
