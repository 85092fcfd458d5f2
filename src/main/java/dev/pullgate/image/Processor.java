package dev.pullgate.image;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An architecture and its variant under one spelling, and what it runs.
///
/// @param architecture as Go names it, for example `arm64`
/// @param variant never empty for `amd64`, `arm64` and `arm`
record Processor(String architecture, String variant) {
  private static final Pattern VERSION =
      Pattern.compile("v(?<major>[0-9]{1,3})(?:\\.(?<minor>[0-9]))?");
  private static final int OLDEST_ARM = 5;

  /// Armv9.0 began with what Armv8.5 had.
  private static final int ARM_V9_HEAD_START = 5;

  static Processor of(Platform platform) {
    String variant = platform.variant();
    return switch (platform.architecture()) {
      case "amd64", "x86_64" -> new Processor("amd64", variant.isEmpty() ? "v1" : variant);
      case "i386" -> new Processor("386", "");
      case "arm64", "aarch64" ->
          new Processor("arm64", variant.isEmpty() || variant.equals("8") ? "v8" : variant);
      case "armhf" -> new Processor("arm", "v7");
      case "armel" -> new Processor("arm", "v6");
      case "arm" -> new Processor("arm", armVariant(variant));
      default -> new Processor(platform.architecture(), variant);
    };
  }

  private static String armVariant(String variant) {
    return switch (variant) {
      case "" -> "v7";
      case "5", "6", "7", "8" -> "v" + variant;
      default -> variant;
    };
  }

  boolean mayRun(Processor image) {
    return architecture.equals(image.architecture) || runs(image);
  }

  boolean runs(Processor image) {
    if (equals(image)) {
      return true;
    }
    return switch (architecture) {
      case "amd64" ->
          image.equals(new Processor("386", ""))
              || (image.architecture.equals("amd64") && upTo(1, image.major(), major()));
      case "arm" -> image.architecture.equals("arm") && upTo(OLDEST_ARM, image.major(), major());
      case "arm64" ->
          image.architecture.equals("arm")
              ? upTo(OLDEST_ARM, image.major(), OptionalInt.of(8))
              : image.architecture.equals("arm64") && armV8OrLater(image);
      default -> false;
    };
  }

  private boolean armV8OrLater(Processor image) {
    int own = major().orElse(0);
    int other = image.major().orElse(0);
    if (own == 9 && other == 8) {
      return image.minor() <= minor() + ARM_V9_HEAD_START;
    }
    return own == other && own >= 8 && image.minor() <= minor();
  }

  private static boolean upTo(int least, OptionalInt image, OptionalInt own) {
    return image.isPresent()
        && own.isPresent()
        && image.getAsInt() >= least
        && image.getAsInt() <= own.getAsInt();
  }

  private OptionalInt major() {
    Matcher matcher = VERSION.matcher(variant);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(String.valueOf(matcher.group("major"))))
        : OptionalInt.empty();
  }

  private int minor() {
    Matcher matcher = VERSION.matcher(variant);
    String minor = matcher.matches() ? matcher.group("minor") : null;
    return minor == null ? 0 : Integer.parseInt(minor);
  }
}
