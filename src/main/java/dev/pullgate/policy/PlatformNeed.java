package dev.pullgate.policy;

import dev.pullgate.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A platform that an index has to serve, and who asks for it.
///
/// @param os empty where any will do
/// @param architecture empty where any will do
/// @param variant empty for the usual one of the architecture; absent where it is not known, so
///   that any will do
/// @param nodes the names of some nodes of that platform; empty where no node asks for it
/// @param nodeCount how many nodes there are of it
public record PlatformNeed(
    String os, String architecture, @Nullable String variant, List<String> nodes, int nodeCount) {
  /// Copies the names.
  public PlatformNeed {
    nodes = List.copyOf(nodes);
  }

  /// What a policy lists.
  public static PlatformNeed listed(Platform platform) {
    return new PlatformNeed(
        platform.os(), platform.architecture(), platform.variant(), List.of(), 0);
  }

  /// Whether an image of a platform can be pulled where this one is needed.
  public boolean servedBy(Platform image) {
    Platform needed =
        new Platform(
            os.isEmpty() ? image.os() : os,
            architecture.isEmpty() ? image.architecture() : architecture,
            variant == null ? "" : variant);
    return variant == null ? needed.mayRun(image) : needed.runs(image);
  }

  /// As in messages: `linux/arm64`, or only the part that is asked for.
  @Override
  public String toString() {
    String both = os + (os.isEmpty() || architecture.isEmpty() ? "" : "/") + architecture;
    return both + (variant == null || variant.isEmpty() ? "" : "/" + variant);
  }
}
