package dev.pullgate.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;

/// Certificates as the four PEM texts in which they are kept.
public final class Pem {
  /// The authorities.
  public static final String AUTHORITY = "ca.crt";

  /// The key of the signing authority.
  public static final String AUTHORITY_KEY = "ca.key";

  /// The serving certificate.
  public static final String SERVING = "tls.crt";

  /// The key of the serving certificate.
  public static final String SERVING_KEY = "tls.key";

  private Pem() {}

  /// Writes certificates, by the names above. The keys are among them.
  public static Map<String, String> write(Certificates certificates) {
    return Map.of(
        AUTHORITY, text(certificates.authorities().toArray()),
        AUTHORITY_KEY, text(pkcs8(certificates.authorityKey())),
        SERVING, text(certificates.serving()),
        SERVING_KEY, text(pkcs8(certificates.servingKey())));
  }

  /// Reads certificates; empty where a part is missing, cannot be read, or is the key of another
  /// certificate.
  public static Optional<Certificates> read(Map<String, String> texts) {
    try {
      List<X509Certificate> authorities = certificates(texts.getOrDefault(AUTHORITY, ""));
      List<X509Certificate> serving = certificates(texts.getOrDefault(SERVING, ""));
      Optional<PrivateKey> authorityKey = key(texts.getOrDefault(AUTHORITY_KEY, ""));
      Optional<PrivateKey> servingKey = key(texts.getOrDefault(SERVING_KEY, ""));
      if (authorities.isEmpty()
          || serving.isEmpty()
          || authorityKey.isEmpty()
          || servingKey.isEmpty()
          || !belongs(authorityKey.get(), authorities.getFirst())
          || !belongs(servingKey.get(), serving.getFirst())) {
        return Optional.empty();
      }
      return Optional.of(
          new Certificates(authorities, authorityKey.get(), serving.getFirst(), servingKey.get()));
    } catch (IOException | CertificateException _) {
      return Optional.empty();
    }
  }

  /// A store that was written half, or by two at once, may hold parts of two sets.
  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    String algorithm = key.getAlgorithm().startsWith("EC") ? "ECDSA" : key.getAlgorithm();
    try {
      Signature signature = Signature.getInstance("SHA256with" + algorithm);
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  /// The authorities alone, as a `caBundle` holds them.
  public static String authorities(Certificates certificates) {
    return text(certificates.authorities().toArray());
  }

  /// PKCS #8 names the curve; the older form of a key that JcaPEMWriter chooses may not.
  private static PemObject pkcs8(PrivateKey key) {
    return new PemObject("PRIVATE KEY", key.getEncoded());
  }

  private static String text(Object... objects) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      for (Object object : objects) {
        writer.writeObject(object);
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing PEM to memory failed", e);
    }
    return text.toString();
  }

  private static List<X509Certificate> certificates(String text)
      throws IOException, CertificateException {
    List<X509Certificate> certificates = new ArrayList<>();
    try (PEMParser parser = new PEMParser(new StringReader(text))) {
      for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
        if (object instanceof X509CertificateHolder holder) {
          certificates.add(new JcaX509CertificateConverter().getCertificate(holder));
        }
      }
    }
    return certificates;
  }

  private static Optional<PrivateKey> key(String text) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(text))) {
      for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
        if (object instanceof PrivateKeyInfo info) {
          return Optional.of(new JcaPEMKeyConverter().getPrivateKey(info));
        }
      }
    }
    return Optional.empty();
  }
}
