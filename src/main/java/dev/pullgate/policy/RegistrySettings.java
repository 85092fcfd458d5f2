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
public record RegistrySettings(
    String host,
    boolean plainHttp,
    List<X509Certificate> trustedCertificates,
    boolean nodeCredentials,
    @Nullable String pullEndpoint,
    Duration timeout) {
  /// The time for one request where nothing else is said.
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  /// Copies the certificates.
  public RegistrySettings {
    trustedCertificates = List.copyOf(trustedCertificates);
  }

  /// The settings of a registry that nobody declared.
  public static RegistrySettings undeclared(String host) {
    return new RegistrySettings(host, false, List.of(), false, null, DEFAULT_TIMEOUT);
  }

  /// Where the nodes' runtime pulls from, when that is elsewhere.
  public Optional<String> endpoint() {
    return Optional.ofNullable(pullEndpoint);
  }
}
