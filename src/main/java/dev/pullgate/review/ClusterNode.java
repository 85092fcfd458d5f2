package dev.pullgate.review;

import dev.pullgate.image.Platform;
import java.util.Map;
import java.util.Set;

/// One node of the cluster.
///
/// @param labels by which pods choose it
/// @param platform what it runs
/// @param images the names that it reports to hold, as it spells them: only some of those it has
public record ClusterNode(
    String name, Map<String, String> labels, Platform platform, Set<String> images) {
  /// Copies the collections.
  public ClusterNode {
    labels = Map.copyOf(labels);
    images = Set.copyOf(images);
  }
}
