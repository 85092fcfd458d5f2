package dev.pullgate.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an image is built for, as an index names it and as nodes report it.
///
/// @param os for example `linux`
/// @param architecture for example `arm64`
/// @param variant for example `v8`; empty where none is named
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions">OCI
///   image index, platform</a>
public record Platform(String os, String architecture, String variant) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(?<os>[a-z0-9]{1,32})/(?<architecture>[a-z0-9_]{1,32})(?:/(?<variant>[a-z0-9.]{1,32}))?");

  /// Reads `os/architecture` or `os/architecture/variant`, such as `linux/arm64/v8`.
  ///
  /// @throws IllegalArgumentException with a clause for the author of the text
  public static Platform parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "must be os/architecture or os/architecture/variant, such as linux/amd64");
    }
    String variant = matcher.group("variant");
    return new Platform(
        String.valueOf(matcher.group("os")),
        String.valueOf(matcher.group("architecture")),
        variant == null ? "" : variant);
  }

  /// Whether a runtime on this platform pulls an image that is built for another one: its own
  /// architecture up to its own variant, and what that architecture runs besides. An architecture
  /// without a variant means `amd64/v1`, `arm64/v8` and `arm/v7`. The version of Windows is not
  /// compared.
  ///
  /// @see <a
  ///   href="https://github.com/containerd/platforms/blob/v1.0.0-rc.2/compare.go">containerd's
  ///   order of platforms</a>
  public boolean runs(Platform image) {
    return os.equals(image.os) && Processor.of(this).runs(Processor.of(image));
  }

  /// The same where the variant of this platform is not known, as with nodes, which report no more
  /// than an architecture: whatever some variant of it would pull.
  public boolean mayRun(Platform image) {
    return os.equals(image.os) && Processor.of(this).mayRun(Processor.of(image));
  }

  /// The text that [#parse] reads.
  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
