package dev.pullgate.certificate;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// Sees to it that there is always a valid certificate: makes what is missing, renews what is near
/// its end, and takes over what another replica made.
public final class CertificateKeeper {
  private static final Duration RENEW_SERVING_BEFORE = Duration.ofDays(30);
  private static final Duration RENEW_AUTHORITY_BEFORE = Duration.ofDays(180);

  private final CertificateStore store;
  private final Set<String> names;
  private final InstantSource clock;
  private final CertificateIssuer issuer;
  private final AtomicReference<Certificates> current = new AtomicReference<>();

  /// Takes the store and the names under which the webhooks are called.
  public CertificateKeeper(CertificateStore store, Set<String> names, InstantSource clock) {
    this.store = store;
    this.names = Set.copyOf(names);
    this.clock = clock;
    this.issuer = new CertificateIssuer(clock);
  }

  /// The certificates in use.
  ///
  /// @throws IllegalStateException before the first [#refresh]
  public Certificates current() {
    Certificates certificates = current.get();
    if (certificates == null) {
      throw new IllegalStateException("no certificate yet");
    }
    return certificates;
  }

  /// Brings the certificates up to date.
  ///
  /// @return whether they changed
  /// @throws IOException with a sentence for the operator when the store fails
  public boolean refresh() throws IOException {
    Optional<Certificates> stored = store.load();
    Certificates usable;
    if (stored.filter(this::authorityHolds).isEmpty()) {
      usable = store.save(issuer.issueAll(stillTrusted(stored), names));
    } else if (stored.filter(this::servingHolds).isEmpty()) {
      Certificates old = stored.get();
      usable = store.save(issuer.issueServing(old.authorities(), old.authorityKey(), names));
    } else {
      usable = stored.get();
    }
    Certificates before = current.getAndSet(usable);
    return before == null || !before.serving().equals(usable.serving());
  }

  private boolean authorityHolds(Certificates certificates) {
    return validFor(certificates.authority(), RENEW_AUTHORITY_BEFORE);
  }

  private boolean servingHolds(Certificates certificates) {
    try {
      certificates.serving().verify(certificates.authority().getPublicKey());
    } catch (GeneralSecurityException _) {
      return false;
    }
    return validFor(certificates.serving(), RENEW_SERVING_BEFORE)
        && ServingNames.covers(certificates.serving(), names);
  }

  private List<X509Certificate> stillTrusted(Optional<Certificates> stored) {
    return stored.stream()
        .flatMap(certificates -> certificates.authorities().stream())
        .filter(authority -> validFor(authority, Duration.ZERO))
        .toList();
  }

  private boolean validFor(X509Certificate certificate, Duration time) {
    Instant end = certificate.getNotAfter().toInstant();
    return clock.instant().plus(time).isBefore(end);
  }
}
