package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.deployment;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the built gate admits and rejects, as a user of kubectl sees it.
final class PodAdmissionIT extends GatedCluster {
  @Test
  void rejectsThePublishedScenarioAsUnpinned() {
    assertDenied(
        namespace.apply(pod("broken", "non-existent-image")),
        "container \"web\": non-existent-image has no tag, so it means latest",
        "[unpinned]",
        "Policy: baseline (Enforce)");
    assertDenied(
        namespace.apply(pod("fixed", "busybox")),
        "busybox has no tag, so it means latest",
        "[unpinned]");
  }

  @Test
  void rejectsATagThatDoesNotExist() {
    assertDenied(
        namespace.apply(pod("web", cluster.open() + "/shop/web:1.2.4")),
        cluster.open() + "/shop/web:1.2.4 does not exist",
        "[not-found]",
        cluster.open() + " answered 404 for the tag, asked anonymously");
  }

  @Test
  void admitsAnImageThatExistsWithoutAWord() {
    CommandResult result = namespace.apply(pod("web", cluster.open() + "/shop/web:1.2.3"));

    assertAdmitted(result);
    assertThat(result.stderr()).isEmpty();
  }

  @Test
  void namesTheDigestOfAnUnpinnedTag() {
    String digest = cluster.bed().openRegistry().push("shop/moving:latest");

    assertDenied(
        namespace.apply(pod("web", cluster.open() + "/shop/moving")),
        "Fix: " + cluster.open() + "/shop/moving@" + digest + " (what latest is today)");
  }

  @Test
  void rejectsADeploymentWhosePodsCouldNotPull() {
    assertDenied(
        namespace.apply(deployment("web", cluster.open() + "/shop/web:1.2.4")),
        "[not-found]",
        "1.2.4 does not exist");
  }

  @Test
  void judgesTheImageThatKubectlDebugAdds() {
    assertAdmitted(namespace.apply(pod("web", cluster.open() + "/shop/web:1.2.3")));

    assertDenied(
        namespace.run("debug", "web", "--image=" + cluster.open() + "/shop/web:0", "-c", "dbg"),
        "ephemeral container \"dbg\"",
        "[not-found]");
  }

  @Test
  void givesTheSameVerdictOnADryRun() {
    assertDenied(namespace.apply(pod("web", "busybox"), "--dry-run=server"), "[unpinned]");
    assertAdmitted(namespace.apply(pod("web", "nginx:1.27"), "--dry-run=server"));
    assertThat(namespace.run("get", "pod", "web").succeeded()).isFalse();
  }

  @Test
  void admitsWithAWarningWhenTheRegistryIsDown() {
    CommandResult result = namespace.apply(pod("web", "registry.invalid/shop/web:1.0"));

    assertAdmitted(result);
    assertThat(result.stderr())
        .contains(
            "Warning: pullgate: container \"web\": registry.invalid/shop/web:1.0 could not be"
                + " checked, registry.invalid has no address (DNS) [unreachable]; admitted");
  }

  @Test
  void doesNotFollowATenantToALoopbackAddress() {
    CommandResult result = namespace.apply(pod("web", "127.0.0.1:1/shop/web:1.0"));

    assertAdmitted(result);
    assertThat(result.stderr()).contains("leads to a loopback", "[registry-error]; admitted");
  }

  @Test
  void asksRegistriesByHeadOnly() {
    int before = cluster.bed().openRegistry().requests().size();
    cluster.bed().openRegistry().requests();

    assertDenied(namespace.apply(pod("web", cluster.open() + "/shop/web:9.9.9")), "[not-found]");

    List<String> requests = cluster.bed().openRegistry().requests();
    assertThat(requests.subList(before, requests.size()))
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request).startsWith("HEAD /v2/shop/web/manifests/9.9.9"));
  }

  @Test
  void leavesNamespacesAloneThatAreLabelledSo() {
    namespace
        .run("label", "namespace", namespace.name(), "pullgate.dev/enforcement=disabled")
        .stdoutOrThrow("kubectl label");

    await(
        "the label", () -> namespace.apply(pod("web", "busybox"), "--dry-run=server").succeeded());
  }
}
