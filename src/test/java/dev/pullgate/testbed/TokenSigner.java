package dev.pullgate.testbed;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Signs tokens with a key of its own (ES256).
///
/// @see <a href="https://distribution.github.io/distribution/spec/auth/jwt/">tokens of
///   registries</a>
final class TokenSigner {
  static final String ISSUER = "testbed-issuer";
  static final String AUDIENCE = "testbed-registry";
  static final Duration LIFETIME = Duration.ofMinutes(5);

  private static final int COORDINATE_BYTES = 32;

  private final String keyId = Secrets.random();
  private final KeyPair keys;

  TokenSigner() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has the curve secp256r1", e);
    }
  }

  /// The public key, as a key set (RFC 7517).
  String keySet() {
    ECPublicKey key = (ECPublicKey) keys.getPublic();
    return """
    {"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"%s","x":"%s","y":"%s"}]}
    """
        .formatted(keyId, coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
  }

  /// A token.
  ///
  /// @param subject the account; empty for nobody
  /// @param access the actions by repository; names that need no escape in JSON
  String token(String subject, Map<String, List<String>> access) {
    long now = Instant.now().getEpochSecond();
    String items =
        access.entrySet().stream()
            .filter(item -> !item.getValue().isEmpty())
            .map(item -> item(item.getKey(), item.getValue()))
            .collect(Collectors.joining(","));
    String claims =
        """
        {"iss":"%s","sub":"%s","aud":"%s","iat":%d,"nbf":%d,"exp":%d,"jti":"%s","access":[%s]}\
        """
            .formatted(
                ISSUER,
                subject,
                AUDIENCE,
                now,
                now,
                now + LIFETIME.toSeconds(),
                Secrets.random(),
                items);
    String header = "{\"typ\":\"JWT\",\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}";
    String signed = base64(utf8(header)) + "." + base64(utf8(claims));
    return signed + "." + base64(sign(utf8(signed)));
  }

  private static String item(String repository, List<String> actions) {
    return "{\"type\":\"repository\",\"name\":\"%s\",\"actions\":[\"%s\"]}"
        .formatted(repository, String.join("\",\"", actions));
  }

  private byte[] sign(byte[] text) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(keys.getPrivate());
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] padded = new byte[COORDINATE_BYTES];
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, padded, COORDINATE_BYTES - length, length);
    return base64(padded);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
