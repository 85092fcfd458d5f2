package dev.pullgate.policy;

import dev.pullgate.image.Platform;
import java.util.List;

/// What is known of the platforms behind one manifest.
public sealed interface IndexContent {
  /// An index that was read, now or earlier.
  ///
  /// @param platforms that it serves; attestations are left out. An index with an image that names
  ///   no platform is [Unread]: a runtime looks into such an image, so nothing is proven
  record Platforms(List<Platform> platforms) implements IndexContent {
    /// Copies the platforms.
    public Platforms {
      platforms = List.copyOf(platforms);
    }
  }

  /// Not an index: runtimes pull a single manifest whatever it says of its platform.
  record Single() implements IndexContent {}

  /// The index was not read, since that would count as a pull, or since no usable answer came.
  ///
  /// @param reason one clause for people, such as `its registry counts reads`
  record Unread(String reason) implements IndexContent {}
}
