package dev.pullgate.cluster;

import com.github.benmanes.caffeine.cache.Interner;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.Platform;
import dev.pullgate.review.ClusterNode;
import dev.pullgate.workload.Taint;
import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps of each node what reviews need, and of the rest its name and version: a node is some ten
/// kilobytes, and a cluster may have thousands. What nodes have in common, above all the names of
/// their images, is kept once.
final class NodeStore implements ItemStore<Node> {
  /// The kubelet reports at most 50 images unless it is told otherwise.
  private static final int MOST_IMAGES = 1_000;

  private final Interner<String> texts = Interner.newWeakInterner();
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();
  private volatile @Nullable List<ClusterNode> all = List.of();

  /// @param rest what the informer needs to compare versions
  private record Kept(Node rest, ClusterNode node) {}

  /// All nodes; the same list as long as nothing of them changes.
  List<ClusterNode> nodes() {
    List<ClusterNode> known = all;
    if (known == null) {
      synchronized (this) {
        known =
            kept.values().stream()
                .map(Kept::node)
                .sorted(Comparator.comparing(ClusterNode::name))
                .toList();
        all = known;
      }
    }
    return known;
  }

  @Override
  public String getKey(Node node) {
    return node.getMetadata().getName();
  }

  @Override
  public synchronized @Nullable Node put(String key, Node node) {
    Kept now = new Kept(rest(node), read(node));
    Kept before = kept.put(key, now);
    // Nodes report each few seconds, mostly nothing new.
    if (before == null || !before.node().equals(now.node())) {
      all = null;
    }
    return before == null ? null : before.rest();
  }

  @Override
  public synchronized @Nullable Node remove(String key) {
    Kept before = kept.remove(key);
    all = null;
    return before == null ? null : before.rest();
  }

  @Override
  public Stream<String> keySet() {
    return kept.keySet().stream();
  }

  @Override
  public Stream<Node> values() {
    return kept.values().stream().map(Kept::rest);
  }

  @Override
  public int size() {
    return kept.size();
  }

  @Override
  public @Nullable Node get(String key) {
    Kept found = kept.get(key);
    return found == null ? null : found.rest();
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  private static Node rest(Node node) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(node.getMetadata().getName())
        .withResourceVersion(node.getMetadata().getResourceVersion())
        .endMetadata()
        .build();
  }

  private ClusterNode read(Node node) {
    Map<String, String> labels = new HashMap<>();
    Map<String, String> written = node.getMetadata().getLabels();
    if (written != null) {
      written.forEach((key, value) -> labels.put(texts.intern(key), texts.intern(value)));
    }
    Optional<NodeStatus> status = Optional.ofNullable(node.getStatus());
    return new ClusterNode(
        node.getMetadata().getName(),
        labels,
        platform(status.map(NodeStatus::getNodeInfo), labels).orElse(null),
        status.map(NodeStatus::getImages).map(this::images).orElse(Set.of()),
        taints(node));
  }

  private static Optional<Platform> platform(
      Optional<NodeSystemInfo> info, Map<String, String> labels) {
    String os =
        info.map(NodeSystemInfo::getOperatingSystem)
            .filter(text -> !text.isEmpty())
            .orElse(labels.getOrDefault("kubernetes.io/os", ""));
    String architecture =
        info.map(NodeSystemInfo::getArchitecture)
            .filter(text -> !text.isEmpty())
            .orElse(labels.getOrDefault("kubernetes.io/arch", ""));
    try {
      return Optional.of(Platform.parse(os + "/" + architecture));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private Set<String> images(List<ContainerImage> reported) {
    Set<String> names = new HashSet<>();
    reported.stream()
        .limit(MOST_IMAGES)
        .map(ContainerImage::getNames)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .flatMap(name -> ImageReference.parseIfValid(name).stream())
        .forEach(reference -> names.add(texts.intern(reference.toString())));
    return names;
  }

  private static List<Taint> taints(Node node) {
    if (node.getSpec() == null || node.getSpec().getTaints() == null) {
      return List.of();
    }
    return node.getSpec().getTaints().stream()
        .map(taint ->
            new Taint(
                Objects.requireNonNullElse(taint.getKey(), ""),
                Objects.requireNonNullElse(taint.getValue(), ""),
                Objects.requireNonNullElse(taint.getEffect(), "")))
        .toList();
  }
}
