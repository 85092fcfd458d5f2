package dev.pullgate.registry;

import dev.pullgate.credential.Credential;
import dev.pullgate.credential.CredentialSource;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.ImageResolver;
import dev.pullgate.review.RegistryHealth;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// A client that knows a few registries, and the questions of a test.
///
/// Its metrics are in the registry that Quarkus uses, so that their names are those that are
/// served.
@SuppressWarnings("deprecation")
final class AskingClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final PolicySet policies;
  private final RegistryClient client;
  private final InstantSource clock;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /// Takes what is declared.
  AskingClient(RegistrySettings... declared) {
    this(InstantSource.system(), declared);
  }

  /// The same with a clock of the test.
  AskingClient(InstantSource clock, RegistrySettings... declared) {
    this(clock, Map.of(), declared);
  }

  /// Has an environment that may name proxies.
  AskingClient(Map<String, String> environment, RegistrySettings... declared) {
    this(InstantSource.system(), environment, declared);
  }

  private AskingClient(
      InstantSource clock, Map<String, String> environment, RegistrySettings... declared) {
    this.policies = new PolicySet(List.of(), List.of(declared), List.of());
    this.clock = clock;
    this.client = new RegistryClient(() -> policies, meters, clock, Proxies.of(environment));
  }

  /// The same with other limits.
  static RegistrySettings limited(
      int requestsPerSecond, int maxConcurrent, RegistrySettings settings) {
    return new RegistrySettings(
        settings.host(),
        settings.plainHttp(),
        settings.trustedCertificates(),
        settings.nodeCredentials(),
        settings.pullEndpoint(),
        settings.timeout(),
        settings.credentialsSecret(),
        requestsPerSecond,
        maxConcurrent);
  }

  /// How the registries do.
  List<RegistryHealth> health() {
    return client.registries();
  }

  /// The metrics as Prometheus reads them.
  String metrics() {
    return meters.scrape().replace(",}", "}");
  }

  ImageResolver resolver() {
    return client;
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
    ImageReference reference = reference(image);
    return client.resolve(
        reference, List.of(credentials), settings(reference), Deadline.after(clock, time));
  }

  /// The platforms of what was found.
  IndexContent index(String image, Resolution found, Credential... credentials) {
    ImageReference reference = reference(image);
    return client.index(
        reference,
        (Resolution.Found) found,
        List.of(credentials),
        settings(reference),
        Deadline.after(clock, PATIENCE));
  }

  /// Asks for the image first, as a review does.
  IndexContent platforms(String image, Credential... credentials) {
    return index(image, ask(image, credentials), credentials);
  }

  List<String> tags(String image, Credential... credentials) {
    return tags(PATIENCE, image, credentials);
  }

  List<String> tags(Duration time, String image, Credential... credentials) {
    ImageReference reference = reference(image);
    return client.tags(
        reference, List.of(credentials), settings(reference), Deadline.after(clock, time));
  }

  private static ImageReference reference(String image) {
    return ImageReference.parseIfValid(image).orElseThrow();
  }

  private RegistrySettings settings(ImageReference reference) {
    return policies
        .declared(reference.registry())
        .orElseGet(() -> RegistrySettings.undeclared(reference.registry()));
  }

  @Override
  public void close() {
    client.close();
  }
}
