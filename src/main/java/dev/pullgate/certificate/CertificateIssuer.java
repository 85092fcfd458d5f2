package dev.pullgate.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Makes an authority, and serving certificates signed by it.
final class CertificateIssuer {
  private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
  private static final Duration SERVING_LIFETIME = Duration.ofDays(90);

  /// Clocks of nodes differ a little.
  private static final Duration BACKDATED = Duration.ofMinutes(10);

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  CertificateIssuer(InstantSource clock) {
    this.clock = clock;
  }

  /// A new authority with a first serving certificate.
  ///
  /// @param previous authorities that callers go on trusting for a while
  Certificates issueAll(List<X509Certificate> previous, Collection<String> names) {
    KeyPair keys = keyPair();
    X500Principal name = new X500Principal("CN=pullgate webhook CA, O=pullgate");
    Instant now = clock.instant();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              serial(),
              Date.from(now.minus(BACKDATED)),
              Date.from(now.plus(AUTHORITY_LIFETIME)),
              name,
              keys.getPublic());
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          extensions.createSubjectKeyIdentifier(keys.getPublic()));
      X509Certificate authority = sign(builder, keys.getPrivate());
      List<X509Certificate> authorities = new ArrayList<>(List.of(authority));
      authorities.addAll(previous);
      return issueServing(authorities, keys.getPrivate(), names);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("making a certificate authority failed", e);
    }
  }

  /// A new serving certificate of an existing authority.
  ///
  /// @param names DNS names and IP addresses
  Certificates issueServing(
      List<X509Certificate> authorities, PrivateKey authorityKey, Collection<String> names) {
    X509Certificate authority = authorities.getFirst();
    KeyPair keys = keyPair();
    Instant now = clock.instant();
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              authority.getSubjectX500Principal(),
              serial(),
              Date.from(now.minus(BACKDATED)),
              Date.from(now.plus(SERVING_LIFETIME)),
              new X500Principal("CN=pullgate webhooks"),
              keys.getPublic());
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(authority));
      builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
      return new Certificates(
          authorities, authorityKey, sign(builder, authorityKey), keys.getPrivate());
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("making a serving certificate failed", e);
    }
  }

  private static GeneralNames alternativeNames(Collection<String> names) {
    return new GeneralNames(
        names.stream()
            .map(name ->
                new GeneralName(
                    ServingNames.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName,
                    name))
            .toArray(GeneralName[]::new));
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has the curve secp256r1", e);
    }
  }

  private BigInteger serial() {
    return new BigInteger(127, random).add(BigInteger.ONE);
  }
}
