package dev.pullgate.policy;

import java.util.List;

/// What an image's index serves, and what the pod needs.
///
/// @param content of the index
/// @param needs the platforms of the nodes on which the pod may run; empty where they are not known
/// @param everyNodeKnown whether there is no node of an unknown platform among them
public record ImagePlatforms(
    IndexContent content, List<PlatformNeed> needs, boolean everyNodeKnown) {
  /// Copies the needs.
  public ImagePlatforms {
    needs = List.copyOf(needs);
  }
}
