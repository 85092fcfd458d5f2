package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Credentials;
import dev.pullgate.testbed.Kubectl;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A registry of which the gate knows what the nodes send, by a secret in its own namespace.
final class NodeCredentialsIT {
  private static final String GATE = "pullgate-system";
  private static final String SECRET = "node-login-it";

  private final ClusterBed cluster = ClusterBed.get();
  private final UserNamespace namespace = new UserNamespace(cluster);
  private final Kubectl kubectl = cluster.bed().kubectl("admin");
  private final Credentials login = cluster.bed().privateRegistry().login().orElseThrow();
  private final String image = cluster.hidden() + "/team/app:2.0";

  private void createSecret(String password) {
    kubectl
        .run(
            "create",
            "secret",
            "docker-registry",
            SECRET,
            "-n",
            GATE,
            "--docker-server=" + cluster.hidden(),
            "--docker-username=" + login.username(),
            "--docker-password=" + password)
        .stdoutOrThrow("kubectl create secret");
  }

  private void deleteSecret() {
    kubectl
        .run("delete", "secret", SECRET, "-n", GATE, "--ignore-not-found")
        .stdoutOrThrow("kubectl delete secret");
  }

  private Path registry() throws IOException {
    Path folder = cluster.workspace().folder().resolve("node-credentials");
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("registry.yaml"),
        """
        apiVersion: pullgate.dev/v1alpha1
        kind: Registry
        metadata: {name: private}
        spec: {host: "%s", scheme: HTTP, credentials: %s}
        """
            .formatted(cluster.hidden(), SECRET));
    return folder;
  }

  private CommandResult dryRun() {
    return namespace.apply(pod("app", image), "--dry-run=server");
  }

  private static String metrics(PullgateServer gate) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = gate.management().resolve("/q/metrics");
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void judgesByWhatTheNodesSend() throws Exception {
    List<Path> policies = List.of(cluster.policies().getFirst(), registry());
    try (PullgateServer gate =
        PullgateServer.forCluster(
            cluster.workspace(),
            "node-credentials-gate",
            cluster.bed().controlPlane().kubeconfig(),
            policies)) {
      assertAdmitted(dryRun());
      assertThat(Files.readString(gate.log()))
          .contains(SECRET)
          .contains("cannot be used: it does not exist");

      createSecret(login.password());
      await(
          "the login of the nodes",
          () -> dryRun().succeeded() && requestsOfRegistry().contains("200"));

      deleteSecret();
      createSecret("not-the-password");
      await("the refusal", () -> !dryRun().succeeded());
      CommandResult refused = dryRun();
      assertDenied(
          refused,
          "[pull-secret-rejected]",
          "answered 401, asked with the credentials of secret",
          "\"" + GATE + "/" + SECRET + "\"",
          "ask whoever runs the cluster to renew the login of the nodes");
      assertThat(refused.stderr()).doesNotContain("not-the-password");

      assertThat(metrics(gate))
          .contains(
              "pullgate_registry_requests_total{method=\"HEAD\",outcome=\"401\",registry=\""
                  + cluster.hidden())
          .contains("pullgate_registry_request_duration_seconds_count{method=\"HEAD\",registry=\"")
          .contains("pullgate_resolution_cache_requests_total{result=\"miss\"}")
          .contains("pullgate_registry_credentials_unusable_total{registry=\"");
      assertThat(Files.readString(gate.log())).doesNotContain("not-the-password");
    } finally {
      deleteSecret();
    }
  }

  private String requestsOfRegistry() {
    return cluster.bed().privateRegistry().requests().getLast();
  }
}
