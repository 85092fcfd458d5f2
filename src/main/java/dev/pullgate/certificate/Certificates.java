package dev.pullgate.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// The authority of the gate and the certificate that it serves. Holds private keys, so `toString`
/// shows neither.
///
/// @param authorities that callers trust; the first one signs, an older one may follow
/// @param authorityKey of the first authority
/// @param serving the certificate of the webhooks
/// @param servingKey its key
public record Certificates(
    List<X509Certificate> authorities,
    PrivateKey authorityKey,
    X509Certificate serving,
    PrivateKey servingKey) {
  /// Copies the authorities.
  public Certificates {
    authorities = List.copyOf(authorities);
  }

  /// The authority that signs.
  public X509Certificate authority() {
    return authorities.getFirst();
  }

  @Override
  public String toString() {
    return "Certificates[serial " + serving.getSerialNumber().toString(16) + "]";
  }
}
