package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.deployment;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.OciRegistry;
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
        cluster.open() + " answered 404 for the tag, asked anonymously",
        "Nearest tags: 1.2.5, 1.2.3.  Fix: " + cluster.open() + "/shop/web:1.2.5\n",
        "Policy: baseline (Enforce).  About this rule: docs/rules/not-found.md");
  }

  @Test
  void namesTheVersionBehindLatest() {
    OciRegistry registry = cluster.bed().openRegistry();
    registry.push("shop/named:1.36.1");
    String digest = registry.push("shop/named:1.37.0");
    registry.push("shop/named:1.38.0-rc1");
    registry.tag("shop/named:1.37.0", "latest");
    registry.tag("shop/named:1.37.0", "1.37");
    String fixed = cluster.open() + "/shop/named:1.37.0@" + digest;

    assertDenied(
        namespace.apply(pod("web", cluster.open() + "/shop/named")),
        "[unpinned]",
        fixed + " (what latest is today)",
        "About this rule: docs/rules/unpinned.md");
    assertAdmitted(namespace.apply(pod("web", fixed)));
  }

  @Test
  void namesTheNearestTagsOfAPrivateImageToThoseWhoMayPullIt() {
    namespace.createPullSecret(
        cluster.hidden(),
        cluster.bed().privateRegistry().login().orElseThrow().username(),
        cluster.bed().privateRegistry().login().orElseThrow().password());

    assertDenied(
        namespace.apply(
            pod(
                "app",
                cluster.hidden() + "/team/app:2.1",
                "  imagePullSecrets: [{name: regcred}]\n")),
        "[not-found]",
        "Nearest tags: 2.0.  Fix: " + cluster.hidden() + "/team/app:2.0");
  }

  @Test
  void listsNoTagsForWhatIsAdmitted() {
    int before = cluster.bed().openRegistry().requests().size();

    assertAdmitted(namespace.apply(pod("web", cluster.open() + "/shop/web:1.2.3")));

    List<String> requests = cluster.bed().openRegistry().requests();
    assertThat(requests.subList(before, requests.size()))
        .noneMatch(request -> request.contains("/tags/list"));
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
        .allSatisfy(request ->
            assertThat(request)
                .matches("HEAD /v2/shop/web/manifests/9.9.9.*|GET /v2/shop/web/tags/list.*"));
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
