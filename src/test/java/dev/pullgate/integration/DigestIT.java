package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.deployment;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A policy that requires digests and writes them, with a mirror of Docker Hub beside it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DigestIT {
  private final ClusterBed cluster = ClusterBed.get();
  private final PullgateServer gate = startGate();
  private UserNamespace namespace = new UserNamespace(cluster);

  private PullgateServer startGate() {
    try {
      Path policy =
          Files.writeString(
              cluster.workspace().folder().resolve("pin.yaml"),
              """
              apiVersion: pullgate.dev/v1alpha1
              kind: ClusterImagePolicy
              metadata: {name: digests}
              spec:
                pinning: {require: Digest}
                digests: {action: Pin}
              """);
      List<Path> policies = new ArrayList<>(cluster.policies());
      policies.add(policy);
      return PullgateServer.forCluster(
          cluster.workspace(), "gate-pin", cluster.bed().controlPlane().kubeconfig(), policies);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void makeNamespace() {
    namespace = new UserNamespace(cluster);
  }

  @AfterAll
  void stop() {
    gate.close();
  }

  @Test
  void writesTheDigestAtTheMirrorAndAsksForItOnce() {
    String digest = cluster.bed().openRegistry().push("dockerhub/library/httpd:2.4");
    int before = cluster.bed().openRegistry().requests().size();

    assertAdmitted(namespace.apply(pod("web", "httpd:2.4")));

    String pinned = cluster.open() + "/dockerhub/library/httpd:2.4@" + digest;
    JsonNode stored = namespace.get("pod", "web");
    assertThat(stored.at("/spec/containers/0/image").asText()).isEqualTo(pinned);
    assertThat(
            stored
                .path("metadata")
                .path("annotations")
                .path("pullgate.dev/original-images")
                .asText())
        .isEqualTo("{\"containers/web\":\"httpd:2.4\"}");
    List<String> requests = cluster.bed().openRegistry().requests();
    assertThat(requests.subList(before, requests.size()))
        .containsExactly("HEAD /v2/dockerhub/library/httpd/manifests/2.4 200");
  }

  @Test
  void keepsTheDigestWhenAPodIsAppliedAgainAfterItsTagMoved() {
    String image = cluster.open() + "/shop/moves:1";
    String digest = cluster.bed().openRegistry().push("shop/moves:1");
    assertAdmitted(namespace.apply(pod("web", image)));
    assertThat(image(namespace.get("pod", "web"))).isEqualTo(image + "@" + digest);

    String moved = cluster.bed().openRegistry().pushIndex("shop/moves:1", "linux/arm64");
    assertThat(moved).isNotEqualTo(digest);
    assertAdmitted(namespace.apply(pod("web", image)));
    assertThat(image(namespace.get("pod", "web"))).isEqualTo(image + "@" + digest);
  }

  @Test
  void admitsADeploymentWithATagAndPinsItsPods() {
    String digest = cluster.bed().openRegistry().push("shop/rolled:1");
    String image = cluster.open() + "/shop/rolled:1";
    assertAdmitted(namespace.apply(deployment("web", image)));

    assertThat(
            namespace
                .get("deployment", "web")
                .at("/spec/template/spec/containers/0/image")
                .asText())
        .isEqualTo(image);
    await("two pods of the Deployment", () -> pods().size() == 2);
    assertThat(pods()).allSatisfy(made -> assertThat(image(made)).isEqualTo(image + "@" + digest));
  }

  @Test
  void stillRejectsATagThatIsNotAllowed() {
    cluster.bed().openRegistry().push("shop/loose:latest");

    assertDenied(namespace.apply(pod("web", cluster.open() + "/shop/loose:latest")), "[unpinned]");
    assertDenied(namespace.apply(pod("web", cluster.open() + "/shop/loose")), "[unpinned]");
  }

  private JsonNode pods() {
    return namespace.get("pods", "-l", "app=web").path("items");
  }

  private static String image(JsonNode pod) {
    return pod.at("/spec/containers/0/image").asText();
  }
}
