package dev.pullgate.image;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A content digest such as `sha256:9ae97d36…`, the name by which a manifest never changes.
///
/// @param algorithm one of the registered algorithms, `sha256`, `sha384` or `sha512`
/// @param hex the lower-case hexadecimal value in the length that the algorithm asks for
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests">Image
///   specification, Digests</a>
public record Digest(String algorithm, String hex) {
  private static final Map<String, Integer> HEX_LENGTHS =
      Map.of("sha256", 64, "sha384", 96, "sha512", 128);
  private static final Pattern HEX = Pattern.compile("[a-f0-9]+");

  /// Refuses an algorithm that is not registered and a value of another length.
  public Digest {
    Integer length = HEX_LENGTHS.get(algorithm);
    if (length == null) {
      throw new IllegalArgumentException("unsupported digest algorithm");
    }
    if (hex.length() != length || !HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a " + algorithm + " digest has " + length + " lower-case hexadecimal digits");
    }
  }

  /// Reads `algorithm:hex`; empty for anything else, so that text from a registry can be tried.
  public static Optional<Digest> parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Digest(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
