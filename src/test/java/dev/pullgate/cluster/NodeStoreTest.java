package dev.pullgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.image.Platform;
import dev.pullgate.review.ClusterNode;
import dev.pullgate.workload.Taint;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What is kept of the nodes that the informer hands over.
final class NodeStoreTest {
  private final NodeStore store = new NodeStore();

  private static NodeBuilder node(String name, String version) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .withResourceVersion(version)
        .addToAnnotations("large", "x".repeat(10_000))
        .addToLabels(Map.of("kubernetes.io/os", "linux", "kubernetes.io/arch", "arm64"))
        .endMetadata();
  }

  private ClusterNode kept(Node node) {
    store.put("one", node);
    return store.nodes().getFirst();
  }

  @Test
  void readsWhatTheKubeletReports() {
    ClusterNode kept =
        kept(
            node("one", "1")
                .withNewSpec()
                .addNewTaint("NoSchedule", "gpu", null, "yes")
                .addNewTaint("NoExecute", "bare", null, null)
                .endSpec()
                .withNewStatus()
                .withNewNodeInfo()
                .withOperatingSystem("windows")
                .withArchitecture("amd64")
                .endNodeInfo()
                .addNewImage()
                .addToNames("docker.io/library/nginx@sha256:" + "a".repeat(64))
                .addToNames("nginx:1.27", "<none>:<none>")
                .endImage()
                .addNewImage()
                .endImage()
                .endStatus()
                .build());

    assertThat(kept.platform()).contains(Platform.parse("windows/amd64"));
    assertThat(kept.images())
        .containsExactlyInAnyOrder(
            "docker.io/library/nginx:1.27", "docker.io/library/nginx@sha256:" + "a".repeat(64));
    assertThat(kept.taints())
        .containsExactly(new Taint("gpu", "yes", "NoSchedule"), new Taint("bare", "", "NoExecute"));
  }

  @Test
  void takesThePlatformOfLabelsWhereNothingIsReported() {
    assertThat(kept(node("one", "1").build()).platform()).contains(Platform.parse("linux/arm64"));
    assertThat(
            kept(node("one", "1").editMetadata().withLabels(null).endMetadata().build()).platform())
        .isEmpty();
  }

  @Test
  void keepsNoMoreOfTheRestThanItsVersion() {
    store.put("one", node("one", "7").build());

    Node rest = Objects.requireNonNull(store.get("one"));
    assertThat(rest.getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(rest.getMetadata().getLabels()).isNullOrEmpty();
    assertThat(rest.getMetadata().getAnnotations()).isNullOrEmpty();
  }

  @Test
  void givesTheSameListAsLongAsNothingChanges() {
    store.put("two", node("two", "1").build());
    store.put("one", node("one", "1").build());
    List<ClusterNode> before = store.nodes();

    assertThat(before).extracting(ClusterNode::name).containsExactly("one", "two");
    store.put("one", node("one", "2").build());
    assertThat(store.nodes()).isSameAs(before);
    assertThat(store.remove("one")).isNotNull();
    assertThat(store.nodes()).extracting(ClusterNode::name).containsExactly("two");
  }

  @Test
  void keepsWhatNodesHaveInCommonOnce() {
    String image = "ghcr.io/acme/web:1";
    for (String name : List.of("one", "two")) {
      store.put(
          name,
          node(name, "1")
              .withNewStatus()
              .addNewImage()
              .addToNames(new String(image.toCharArray()))
              .endImage()
              .endStatus()
              .build());
    }

    assertThat(store.nodes().getFirst().images().iterator().next())
        .isSameAs(store.nodes().getLast().images().iterator().next());
  }
}
