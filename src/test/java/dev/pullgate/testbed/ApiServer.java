package dev.pullgate.testbed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// How to reach an API server that made its own certificate.
///
/// @param address such as `https://127.0.0.1:41234`
/// @param authority PEM of the one certificate authority to trust
record ApiServer(URI address, String authority) {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

  /// Of an API server that has made its certificate.
  ///
  /// @param certificateFile what it wrote into its `--cert-dir`: its certificate, then its
  ///   authority
  /// @throws IOException when it is not there yet
  static ApiServer at(int port, Path certificateFile) throws IOException {
    String chain = Files.readString(certificateFile);
    return new ApiServer(
        URI.create("https://127.0.0.1:" + port),
        chain.substring(Math.max(0, chain.lastIndexOf(BEGIN))));
  }

  /// A client that trusts this server alone.
  ///
  /// @throws IOException when the certificate cannot be used, perhaps because half of it is written
  HttpClient client() throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      // Loads nothing: an empty store.
      trusted.load(() -> new KeyStore.PasswordProtection(new char[0]));
      Certificate certificate =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(ascii(authority)));
      trusted.setCertificateEntry("authority", certificate);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(new KeyManager[0], trust.getTrustManagers(), new SecureRandom());
      return HttpClient.newBuilder().sslContext(tls).build();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the API server's certificate: " + e.getMessage(), e);
    }
  }

  /// Returns when a GET of the path, as the bearer of the token, is answered with 200 and the text.
  void check(String path, String token, String text) throws IOException, InterruptedException {
    HttpRequest request =
        Probe.request(address.resolve(path)).header("Authorization", "Bearer " + token).build();
    try (HttpClient client = client()) {
      Probe.http(client, request, text).check();
    }
  }

  /// The text of a kubeconfig for the bearer of the token.
  String kubeconfig(String user, String token) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: testbed
      cluster:
        server: %s
        certificate-authority-data: %s
    users:
    - name: "%s"
      user:
        token: "%s"
    contexts:
    - name: testbed
      context:
        cluster: testbed
        user: "%s"
    current-context: testbed
    """
        .formatted(
            address, Base64.getEncoder().encodeToString(ascii(authority)), user, token, user);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
