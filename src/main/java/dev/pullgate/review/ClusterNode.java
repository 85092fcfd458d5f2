package dev.pullgate.review;

import dev.pullgate.image.Platform;
import dev.pullgate.workload.Taint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One node of the cluster.
///
/// @param labels by which pods choose it
/// @param knownPlatform what it runs, without a variant; absent where it does not say
/// @param images the references that it reports to hold, as [ImageReference] spells them: only some
///   of those it has
/// @param taints that keep pods away
/// @see dev.pullgate.image.ImageReference
public record ClusterNode(
    String name,
    Map<String, String> labels,
    @Nullable Platform knownPlatform,
    Set<String> images,
    List<Taint> taints) {
  /// Copies the collections.
  public ClusterNode {
    labels = Map.copyOf(labels);
    images = Set.copyOf(images);
    taints = List.copyOf(taints);
  }

  /// What it runs, where it says so.
  public Optional<Platform> platform() {
    return Optional.ofNullable(knownPlatform);
  }
}
