package dev.pullgate.certificate;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Serves whatever certificate is current at each handshake, so that a renewal needs no restart and
/// breaks no connection.
public final class CurrentKeyManager extends X509ExtendedKeyManager {
  private static final String ALIAS = "pullgate";

  private final Supplier<Certificates> certificates;

  /// Takes where the current certificates are found.
  public CurrentKeyManager(Supplier<Certificates> certificates) {
    this.certificates = certificates;
  }

  /// The keys are of one type, and a handshake must not be offered them for another.
  private boolean serves(String keyType) {
    return keyType.startsWith(certificates.get().servingKey().getAlgorithm());
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return serves(keyType) ? new String[] {ALIAS} : new String[0];
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return serves(keyType) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return serves(keyType) ? ALIAS : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return new X509Certificate[] {certificates.get().serving()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return certificates.get().servingKey();
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[0];
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
