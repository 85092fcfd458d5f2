package dev.pullgate.review;

import dev.pullgate.image.ImageReference;
import dev.pullgate.image.Platform;
import dev.pullgate.policy.PlatformNeed;
import dev.pullgate.workload.NodePlacement;
import dev.pullgate.workload.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The nodes on which the pods of one object may run, looked up once and only when they are asked
/// for.
final class PodNodes {
  private static final int NAMES_SHOWN = 3;

  private final NodeSource source;
  private final Workload workload;
  private @Nullable Found found;

  /// @param candidates on which the pod may run
  /// @param needs their platforms, or what the pod itself asks for where there is no such node
  private record Found(List<ClusterNode> candidates, List<PlatformNeed> needs) {}

  PodNodes(NodeSource source, Workload workload) {
    this.source = source;
    this.workload = workload;
  }

  /// The platforms on which the pod may run; empty where they are not known.
  List<PlatformNeed> needs() {
    return found().needs();
  }

  /// Whether there is no node of an unknown platform among those that the pod may use.
  boolean everyPlatformKnown() {
    return found().candidates().stream().allMatch(node -> node.platform().isPresent());
  }

  /// Whether every node that the pod may use is known to hold an image. Where no node is known,
  /// none holds it.
  boolean hold(ImageReference reference) {
    String name = held(reference);
    List<ClusterNode> candidates = found().candidates();
    return !candidates.isEmpty()
        && candidates.stream().allMatch(node -> node.images().contains(name));
  }

  /// The name by which a runtime lists an image: a digest wins over a tag.
  private static String held(ImageReference reference) {
    return reference.digest().isPresent()
        ? reference.name() + "@" + reference.digest().get()
        : reference.name() + ":" + reference.manifestReference();
  }

  private synchronized Found found() {
    Found known = found;
    if (known == null) {
      NodePlacement placement = workload.placement();
      List<ClusterNode> candidates =
          source.nodes().stream()
              .filter(node -> placement.allows(node.name(), node.labels(), node.taints()))
              .toList();
      known = new Found(candidates, candidates.isEmpty() ? selected(placement) : needs(candidates));
      found = known;
    }
    return known;
  }

  private static List<PlatformNeed> selected(NodePlacement placement) {
    return placement.selected().stream()
        .map(selected ->
            new PlatformNeed(selected.os(), selected.architecture(), null, List.of(), 0))
        .sorted(Comparator.comparing(PlatformNeed::toString))
        .toList();
  }

  private static List<PlatformNeed> needs(List<ClusterNode> candidates) {
    Map<Platform, List<ClusterNode>> byPlatform = new HashMap<>();
    for (ClusterNode node : candidates) {
      node.platform()
          .ifPresent(
              platform -> byPlatform.computeIfAbsent(platform, _ -> new ArrayList<>()).add(node));
    }
    return byPlatform.entrySet().stream()
        .map(entry -> need(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparing(PlatformNeed::toString))
        .toList();
  }

  private static PlatformNeed need(Platform platform, List<ClusterNode> nodes) {
    List<String> names = nodes.stream().limit(NAMES_SHOWN).map(ClusterNode::name).toList();
    return new PlatformNeed(platform.os(), platform.architecture(), null, names, nodes.size());
  }
}
