package dev.pullgate.registry;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// The certificates by which registries are trusted: the platform's, and those that a Registry
/// declares beside them.
final class TrustedCertificates {
  private TrustedCertificates() {}

  /// A context that trusts the platform's certificates and these.
  static SSLContext context(List<X509Certificate> declared) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      if (declared.isEmpty()) {
        context.init(null, null, null);
        return context;
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (X509Certificate certificate : platformIssuers()) {
        store.setCertificateEntry("platform-" + count++, certificate);
      }
      for (X509Certificate certificate : declared) {
        store.setCertificateEntry("declared-" + count++, certificate);
      }
      context.init(null, managers(store).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  private static X509Certificate[] platformIssuers() throws GeneralSecurityException {
    TrustManagerFactory platform =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    platform.init((KeyStore) null);
    return ((X509TrustManager) platform.getTrustManagers()[0]).getAcceptedIssuers();
  }

  private static TrustManagerFactory managers(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
