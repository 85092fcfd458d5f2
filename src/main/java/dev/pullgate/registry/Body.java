package dev.pullgate.registry;

import dev.pullgate.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// The body of an answer, byte for byte, since its digest is taken of the bytes.
final class Body {
  static final Body EMPTY = new Body(new byte[0]);

  private final byte[] bytes;

  /// Takes the bytes over; they are not changed any more.
  Body(byte[] bytes) {
    this.bytes = bytes;
  }

  static Body of(String text) {
    return new Body(text.getBytes(StandardCharsets.UTF_8));
  }

  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  InputStream stream() {
    return new ByteArrayInputStream(bytes);
  }

  /// The digest of the bytes.
  ///
  /// @param algorithm as in [Digest], for example `sha256`
  Digest digest(String algorithm) {
    String name = algorithm.toUpperCase(Locale.ROOT).replace("SHA", "SHA-");
    try {
      byte[] hash = MessageDigest.getInstance(name).digest(bytes);
      return new Digest(algorithm, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }

  @Override
  public String toString() {
    return "Body[" + bytes.length + " bytes]";
  }
}
