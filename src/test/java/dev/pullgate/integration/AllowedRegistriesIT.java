package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Images of registries that a policy does not allow. Docker Hub is declared to be pulled from the
/// open registry, so that a request to it would be seen there.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AllowedRegistriesIT {
  private final ClusterBed cluster = ClusterBed.get();
  private final UserNamespace namespace = new UserNamespace(cluster);
  private final PullgateServer gate = start();

  private PullgateServer start() {
    Path policy = cluster.workspace().folder().resolve("allowed.yaml");
    try {
      Files.writeString(
          policy,
          """
          apiVersion: pullgate.dev/v1alpha1
          kind: ClusterImagePolicy
          metadata: {name: allowed}
          spec:
            registries: {allow: ["%s/shop/**"]}
            pinning: {}
            resolution: {}
            pullSecrets: {}
          """
              .formatted(cluster.open()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return PullgateServer.forCluster(
        cluster.workspace(),
        "allowed-gate",
        cluster.bed().controlPlane().kubeconfig(),
        List.of(cluster.policies().getLast().resolve("registries.yaml"), policy));
  }

  @AfterAll
  void stop() {
    gate.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis:8",
        "redis",
        "docker.io/redis:8",
        "docker.io/library/redis:8",
        "index.docker.io/redis:8",
        "index.docker.io/library/redis:8",
        "registry-1.docker.io/library/redis:8",
        "DOCKER.IO/library/redis:8",
        "Index.Docker.io/library/redis:8",
        "docker.io:443/library/redis:8",
        "HIDDEN/team/app:2.0",
        "OPEN/library/redis:8",
        "OPEN/shopping/web:1.2.3"
      })
  void areRejectedByEverySpellingWithoutARequest(String spelling) {
    String image = spelling.replace("HIDDEN", cluster.hidden()).replace("OPEN", cluster.open());
    int open = cluster.bed().openRegistry().requests().size();
    int hidden = cluster.bed().privateRegistry().requests().size();

    assertDenied(
        namespace.apply(pod("web", image)),
        "[registry-not-allowed]",
        "container \"web\": " + image);

    assertThat(cluster.bed().openRegistry().requests()).hasSize(open);
    assertThat(cluster.bed().privateRegistry().requests()).hasSize(hidden);
  }

  @Test
  void areNotThoseThatItAllows() {
    assertAdmitted(namespace.apply(pod("web", cluster.open() + "/shop/web:1.2.3")));
  }
}
