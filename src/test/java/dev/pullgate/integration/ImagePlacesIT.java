package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import org.junit.jupiter.api.Test;

/// Every place of a pod in which an image can stand, on a real API server.
final class ImagePlacesIT extends GatedCluster {
  private String good() {
    return cluster.open() + "/shop/web:1.2.3";
  }

  private String missing() {
    return cluster.open() + "/shop/web:0.0.0";
  }

  private String withVolume(String volume) {
    return pod("web", good(), "  volumes: [{name: data, image: " + volume + "}]\n");
  }

  @Test
  void judgesImageVolumes() {
    assertDenied(
        namespace.apply(withVolume("{reference: \"" + missing() + "\"}")),
        "image volume \"data\"",
        "[not-found]");
    assertDenied(
        namespace.apply(withVolume("{reference: nginx}")), "image volume \"data\"", "[unpinned]");
    assertDenied(namespace.apply(withVolume("{reference: \"shop/WEB:1\"}")), "[invalid-reference]");
    assertAdmitted(namespace.apply(withVolume("{reference: \"" + good() + "\"}")));
  }

  @Test
  void leavesImageVolumesWithoutAReferenceToTheApiServer() {
    for (String volume : new String[] {"{}", "{pullPolicy: Always}", "null"}) {
      CommandResult result = namespace.apply(withVolume(volume), "--dry-run=server");
      assertThat(result.stderr()).as(volume).doesNotContain("pullgate");
    }
  }

  @Test
  void judgesInitContainersAndRewritesThemAndVolumes() {
    assertDenied(
        namespace.apply(
            pod(
                "web",
                good(),
                "  initContainers: [{name: setup, image: \"" + missing() + "\"}]\n")),
        "init container \"setup\"",
        "[not-found]");
    assertAdmitted(namespace.apply(withVolume("{reference: \"nginx:1.27\"}")));
    assertThat(namespace.get("pod", "web").at("/spec/volumes").toString())
        .contains(cluster.open() + "/dockerhub/library/nginx:1.27");
  }

  @Test
  void judgesAndRewritesWhatKubectlDebugAdds() {
    assertAdmitted(namespace.apply(pod("web", good())));

    assertDenied(
        namespace.run("debug", "web", "--image=busybox", "-c", "one"),
        "ephemeral container \"one\"",
        "[unpinned]");
    assertAdmitted(namespace.run("debug", "web", "--image=nginx:1.27", "-c", "two"));
    assertThat(namespace.get("pod", "web").at("/spec/ephemeralContainers/0/image").asText())
        .isEqualTo(cluster.open() + "/dockerhub/library/nginx:1.27");
  }

  @Test
  void judgesTheTemplateOfACronJobAndOfItsJobs() {
    assertDenied(
        namespace.apply(WebhookScopeIT.cronJob(missing())), "container \"web\"", "[not-found]");
    assertAdmitted(namespace.apply(WebhookScopeIT.cronJob(good())));
    assertAdmitted(namespace.run("create", "job", "now", "--from=cronjob/web"));
    assertDenied(
        namespace.run("create", "job", "bad", "--image=" + missing()),
        "container \"bad\"",
        "[not-found]");
  }
}
