package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Indexes of a real registry against the nodes of a real cluster.
final class PlatformIT extends GatedCluster {
  @Test
  void rejectsAnImageThatIsNotBuiltForAnyNodeOfThePod() {
    String digest = cluster.bed().openRegistry().pushIndex("shop/arm-only:1", "linux/arm64");
    String image = cluster.open() + "/shop/arm-only:1";
    int before = cluster.bed().openRegistry().requests().size();
    try (NodePool pool = new NodePool(cluster)) {
      String intel = pool.add("amd64");
      String spec = pool.selector();
      await("the node", () -> !dryRun(image, spec).succeeded());
      assertDenied(
          dryRun(image, spec),
          "container \"web\": " + image + " is not built for linux/amd64",
          "[platform-missing]",
          "its index at "
              + cluster.open()
              + " serves linux/arm64; the pod can run only on "
              + intel
              + ".",
          "nodeSelector kubernetes.io/arch: arm64");

      pool.add("arm64");
      await("a node that serves", () -> dryRun(image, spec).succeeded());
      CommandResult partly = dryRun(image, spec);
      assertAdmitted(partly);
      assertThat(partly.stderr())
          .contains("is not built for linux/amd64", "[platform-missing]; admitted");

      CommandResult narrowed = dryRun(image, spec.replace("}\n", ", kubernetes.io/arch: arm64}\n"));
      assertAdmitted(narrowed);
      assertThat(narrowed.stderr()).isEmpty();
    }
    assertDenied(
        dryRun(image, "  nodeSelector: {kubernetes.io/arch: s390x}\n"),
        "is not built for s390x",
        "the pod asks for such nodes");
    List<String> requests = cluster.bed().openRegistry().requests();
    assertThat(requests.subList(before, requests.size()))
        .filteredOn(request -> request.startsWith("GET /v2/shop/"))
        .containsExactly("GET /v2/shop/arm-only/manifests/" + digest + " 200");
  }

  @Test
  void takesASingleManifestAsItIs() {
    cluster.bed().openRegistry().push("shop/single:1");
    try (NodePool pool = new NodePool(cluster)) {
      pool.add("s390x");
      CommandResult result = dryRun(cluster.open() + "/shop/single:1", pool.selector());
      assertAdmitted(result);
      assertThat(result.stderr()).isEmpty();
    }
  }

  private CommandResult dryRun(String image, String spec) {
    return namespace.apply(UserNamespace.pod("web", image, spec), "--dry-run=server");
  }
}
