package dev.pullgate.app;

import dev.pullgate.certificate.CurrentKeyManager;
import io.quarkus.tls.BaseTlsConfiguration;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The certificate of the webhooks, as Quarkus asks for it.
final class ServedCertificate extends BaseTlsConfiguration {
  /// As long as the API server tries: under a burst of new connections a handshake waits its turn.
  private static final int HANDSHAKE_SECONDS = 10;

  private final KeyCertOptions keys;

  ServedCertificate(CurrentKeyManager manager) {
    this.keys = KeyCertOptions.wrap(manager);
  }

  @Override
  public KeyCertOptions getKeyStoreOptions() {
    return keys;
  }

  @Override
  public SSLOptions getSSLOptions() {
    return new SSLOptions()
        .setKeyCertOptions(keys)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
  }

  @Override
  public String getName() {
    return GateLifecycle.TLS_CONFIGURATION;
  }
}
