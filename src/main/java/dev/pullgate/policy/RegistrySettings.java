package dev.pullgate.policy;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the gate must know about a registry beyond its name.
///
/// @param host as policies spell it, with the port if there is one
/// @param plainHttp whether it is asked without TLS
/// @param trustedCertificates to trust beside the platform's
/// @param nodeCredentials whether the nodes have a login of their own, so that a refusal proves
///   nothing
/// @param pullEndpoint `host[:port]` where the nodes' runtime really pulls from; absent when that
///   is the host
/// @param timeout for one request
/// @param credentialsSecret the secret in the gate's namespace that holds what the nodes send;
///   absent where that is not known
/// @param requestsPerSecond that the gate sends in the long run, and at most at once
/// @param maxConcurrent questions that the gate asks at a time
public record RegistrySettings(
    String host,
    boolean plainHttp,
    List<X509Certificate> trustedCertificates,
    boolean nodeCredentials,
    @Nullable String pullEndpoint,
    Duration timeout,
    @Nullable String credentialsSecret,
    int requestsPerSecond,
    int maxConcurrent) {
  /// Requests a second where nothing else is said: ten unseen images with a login at once.
  public static final int DEFAULT_REQUESTS_PER_SECOND = 50;

  /// Questions at a time where nothing else is said.
  public static final int DEFAULT_MAX_CONCURRENT = 16;

  /// The time for one request where nothing else is said.
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  /// Copies the certificates.
  public RegistrySettings {
    trustedCertificates = List.copyOf(trustedCertificates);
  }

  /// Settings with the limits of a registry of which nothing else is said.
  public RegistrySettings(
      String host,
      boolean plainHttp,
      List<X509Certificate> trustedCertificates,
      boolean nodeCredentials,
      @Nullable String pullEndpoint,
      Duration timeout) {
    this(
        host,
        plainHttp,
        trustedCertificates,
        nodeCredentials,
        pullEndpoint,
        timeout,
        null,
        DEFAULT_REQUESTS_PER_SECOND,
        DEFAULT_MAX_CONCURRENT);
  }

  /// The settings of a registry that nobody declared.
  public static RegistrySettings undeclared(String host) {
    return new RegistrySettings(host, false, List.of(), false, null, DEFAULT_TIMEOUT);
  }

  /// The secret in the gate's namespace that stands for what the nodes have.
  public Optional<String> credentials() {
    return Optional.ofNullable(credentialsSecret);
  }

  /// Where the nodes' runtime pulls from, when that is elsewhere.
  public Optional<String> endpoint() {
    return Optional.ofNullable(pullEndpoint);
  }
}
