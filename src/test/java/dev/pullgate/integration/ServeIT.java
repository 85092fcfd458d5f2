package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The start of a gate, and what it says when it cannot start.
final class ServeIT {
  private final ClusterBed cluster = ClusterBed.get();
  private final UserNamespace namespace = new UserNamespace(cluster);

  @Test
  void anotherServerTakesTheCertificateOverAndRegistersItself() throws Exception {
    String authority;
    try (PullgateServer first = cluster.startGate()) {
      authority = registered("caBundle");
      assertThat(registered("url")).isEqualTo(first.url() + "/validate");
      assertDenied(namespace.apply(pod("web", "busybox")), "[unpinned]");
    }
    assertThat(authority).isNotEmpty();
    try (PullgateServer second = cluster.startGate()) {
      assertThat(registered("caBundle")).isEqualTo(authority);
      assertThat(registered("url")).isEqualTo(second.url() + "/validate");
      assertDenied(namespace.apply(pod("web", "busybox")), "[unpinned]");
      assertThat(ready(second)).contains("\"webhooksRegistered\": true");
    }
  }

  @Test
  void changesTheRegistrationWhenItsFlagsChange() {
    try (PullgateServer _ = cluster.startGate("--failure-policy", "Fail")) {
      assertThat(failurePolicy()).isEqualTo("Fail");
    }
    assertThat(namespace.apply(pod("web", "nginx:1.27")).stderr())
        .contains("failed calling webhook \"mutate.pullgate.dev\"");
    try (PullgateServer _ = cluster.startGate()) {
      assertThat(failurePolicy()).isEqualTo("Ignore");
    }
    assertAdmitted(namespace.apply(pod("web", "busybox")));
  }

  private String failurePolicy() {
    return configuration("{.webhooks[0].failurePolicy}");
  }

  private String registered(String field) {
    return configuration("{.webhooks[0].clientConfig." + field + "}");
  }

  private String configuration(String path) {
    return namespace
        .run("get", "validatingwebhookconfiguration", "pullgate", "-o", "jsonpath=" + path)
        .stdoutOrThrow("kubectl get");
  }

  @Test
  void saysInOneLineWhatIsWrongWithAPolicyOrTheCluster() throws IOException {
    Path broken = cluster.workspace().folder().resolve("broken.yaml");
    Files.writeString(
        broken,
        """
        apiVersion: pullgate.dev/v1alpha1
        kind: ClusterImagePolicy
        metadata:
          name: broken
        spec:
          pinning:
            requires: Digest
        """);
    CommandResult policy = serveOnce("--standalone", "--policies", broken.toString());
    assertThat(policy.exitCode()).isEqualTo(2);
    assertThat(policy.stderr())
        .isEqualTo(
            "pullgate: "
                + broken
                + ":7:5: spec.pinning.requires: unknown field; known here: disallowedTags, mode,"
                + " require\n");

    CommandResult kubeconfig =
        serveOnce(
            "--kubeconfig", "missing", "--policies", cluster.policies().getFirst().toString());
    assertThat(kubeconfig.exitCode()).isEqualTo(3);
    assertThat(kubeconfig.stderr()).isEqualTo("pullgate: the kubeconfig missing cannot be read\n");

    CommandResult options = serveOnce("--standalone", "--webhook-url", "https://localhost");
    assertThat(options.exitCode()).isEqualTo(2);
    assertThat(options.stderr()).contains("--standalone runs without a cluster");
  }

  private static String ready(PullgateServer server) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = server.management().resolve("/q/health/ready");
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private CommandResult serveOnce(String... arguments) {
    List<String> all = new ArrayList<>(List.of("serve", "--port", "0", "--management-port", "0"));
    all.addAll(List.of(arguments));
    return PullgateServer.run(cluster.workspace(), all);
  }
}
