package dev.pullgate.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A serving certificate for 127.0.0.1 and localhost, of an authority that nobody else has. The
/// JDK's keytool makes both.
public final class LoopbackTls {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String AUTHORITY = "authority";
  private static final String SERVER = "server";
  private static final List<String> KEYS =
      List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2");

  private final Workspace workspace;
  private final Path storeFile;
  private final char[] password = Secrets.random().toCharArray();
  private final KeyStore store;

  private LoopbackTls(Workspace workspace) throws IOException, GeneralSecurityException {
    this.workspace = workspace;
    this.storeFile = workspace.folder().resolve("keys.p12");
    keytool(
        AUTHORITY,
        "-dname",
        "CN=test bed",
        "-ext",
        "bc:critical=ca:true",
        "-ext",
        "ku=keyCertSign");
    keytool(
        SERVER,
        "-signer",
        AUTHORITY,
        "-dname",
        "CN=test bed server",
        "-ext",
        "san=ip:127.0.0.1,dns:localhost",
        "-ext",
        "eku=serverAuth");
    this.store = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(storeFile)) {
      store.load(file, password);
    }
    pem(authorityFile(), "CERTIFICATE", List.of(authority().getEncoded()));
    List<byte[]> chain = new ArrayList<>();
    for (Certificate certificate : store.getCertificateChain(SERVER)) {
      chain.add(certificate.getEncoded());
    }
    pem(certificateFile(), "CERTIFICATE", chain);
    pem(keyFile(), "PRIVATE KEY", List.of(store.getKey(SERVER, password).getEncoded()));
  }

  /// Makes an authority and a certificate of it.
  ///
  /// @param parent they live in a folder of this, and end with it
  /// @param name of that folder, such as "tls"
  public static LoopbackTls make(Workspace parent, String name) {
    try {
      return new LoopbackTls(parent.nested(name));
    } catch (IOException | GeneralSecurityException e) {
      throw new TestBedException("cannot make a certificate: " + e.getMessage(), e);
    }
  }

  /// Whom clients have to trust.
  public X509Certificate authority() {
    try {
      return (X509Certificate) store.getCertificate(AUTHORITY);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// For a server in this process.
  public SSLContext serverContext() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The authority's certificate in PEM.
  Path authorityFile() {
    return workspace.folder().resolve("ca.pem");
  }

  /// The certificate to serve in PEM, with its authority's.
  Path certificateFile() {
    return workspace.folder().resolve("server.pem");
  }

  /// Its key in PEM.
  Path keyFile() {
    return workspace.folder().resolve("server-key.pem");
  }

  private void keytool(String alias, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin/keytool").toString()));
    command.addAll(KEYS);
    command.addAll(List.of("-alias", alias, "-keystore", storeFile.toString()));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass:env", "STORE_PASSWORD"));
    command.addAll(List.of(more));
    ProcessBuilder builder = workspace.isolated(command);
    builder.environment().put("STORE_PASSWORD", new String(password));
    workspace.run("keytool", builder, "", TIMEOUT).stdoutOrThrow("keytool for " + alias);
  }

  private static void pem(Path file, String type, List<byte[]> parts) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder text = new StringBuilder();
    for (byte[] part : parts) {
      text.append("-----BEGIN ").append(type).append("-----\n");
      text.append(lines.encodeToString(part));
      text.append("\n-----END ").append(type).append("-----\n");
    }
    Secrets.write(file, text.toString());
  }
}
