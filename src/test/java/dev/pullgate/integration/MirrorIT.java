package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.deployment;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.testbed.CommandResult;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What becomes of images that a policy mirrors.
final class MirrorIT extends GatedCluster {
  @Test
  void rewritesAPodToTheMirrorAndKeepsTheOriginal() throws IOException {
    assertAdmitted(namespace.apply(pod("web", "nginx:1.27")));

    JsonNode stored = namespace.get("pod", "web");
    assertThat(stored.at("/spec/containers/0/image").asText())
        .isEqualTo(cluster.open() + "/dockerhub/library/nginx:1.27");
    assertThat(
            stored
                .path("metadata")
                .path("annotations")
                .path("pullgate.dev/original-images")
                .asText())
        .isEqualTo("{\"containers/web\":\"nginx:1.27\"}");

    CommandResult again = namespace.apply(pod("web", "nginx:1.27"));
    assertAdmitted(again);
    assertThat(namespace.get("pod", "web").at("/spec/containers/0/image").asText())
        .isEqualTo(cluster.open() + "/dockerhub/library/nginx:1.27");
  }

  @Test
  void leavesAnImageThatTheMirrorLacksWithAWarning() throws IOException {
    CommandResult result = namespace.apply(pod("cache", "redis:8"));

    assertAdmitted(result);
    assertThat(result.stderr()).contains("Warning: pullgate:", "[mirror-missing-image]");
    assertThat(result.stderr().lines().filter(line -> line.contains("mirror-missing-image")))
        .hasSize(1);
    assertThat(namespace.get("pod", "cache").at("/spec/containers/0/image").asText())
        .isEqualTo("redis:8");
  }

  @Test
  void leavesADeploymentAsItIsAndRewritesItsPods() throws IOException {
    assertAdmitted(namespace.apply(deployment("web", "nginx:1.27")));

    assertThat(
            namespace
                .get("deployment", "web")
                .at("/spec/template/spec/containers/0/image")
                .asText())
        .isEqualTo("nginx:1.27");
    await("two pods of the Deployment", () -> pods().size() == 2);
    assertThat(pods())
        .allSatisfy(created ->
            assertThat(created.at("/spec/containers/0/image").asText())
                .isEqualTo(cluster.open() + "/dockerhub/library/nginx:1.27"));
  }

  private JsonNode pods() {
    return namespace.get("pods", "-l", "app=web").path("items");
  }
}
