package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Kubectl;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// A gate that may not read nodes: it works, says so once, and makes use of the right when it
/// comes.
final class NodeRightIT {
  private final ClusterBed cluster = ClusterBed.get();
  private final Kubectl kubectl = cluster.bed().kubectl("admin");

  @Test
  void worksWithoutTheRightAndWithItWhenItComes() throws Exception {
    install();
    UserNamespace namespace = new UserNamespace(cluster);
    String image = cluster.open() + "/shop/loaded-too:1";
    try (NodePool pool = new NodePool(cluster);
        PullgateServer gate = cluster.startGate(kubeconfig())) {
      pool.add("amd64", image);
      String held = NodeIT.podOf(image, "IfNotPresent", pool.selector());

      assertAdmitted(
          namespace.apply(UserNamespace.pod("other", cluster.open() + "/shop/web:1.2.3")));
      assertDenied(namespace.apply(held), "[not-found]");
      await("a second try", () -> tries(gate) > 1);
      assertThat(
              Files.readString(gate.log())
                  .lines()
                  .filter(
                      line -> line.contains("of nodes") || line.contains("nodes cannot be read")))
          .hasSize(1)
          .allSatisfy(line ->
              assertThat(line).contains("403", "The gate needs get, list and watch on nodes"));

      kubectl
          .run("create", "clusterrole", "it-nodes", "--verb=get,list,watch", "--resource=nodes")
          .stdoutOrThrow("kubectl create clusterrole");
      bind("it-nodes", "it-nodes");
      await("the right", () -> namespace.apply(held, "--dry-run=server").succeeded());
    } finally {
      kubectl.run("delete", "clusterrolebinding", "it-nodes", "it-without-nodes");
      kubectl.run("delete", "clusterrole", "it-nodes", "it-without-nodes");
    }
  }

  /// The base, and a second account that has all of its rights but the one to nodes.
  private void install() throws IOException {
    kubectl
        .run("apply", "-k", Path.of("deploy/base").toAbsolutePath().toString())
        .stdoutOrThrow("kubectl apply -k deploy/base");
    kubectl.run("create", "serviceaccount", "without-nodes", "-n", "pullgate-system");
    String base = Files.readString(Path.of("deploy/base/cluster-role.yaml"));
    String role = base.substring(0, base.indexOf("\n---"));
    String without =
        role.replaceFirst(
            "- apiGroups: \\[\"\"]\n  resources: \\[nodes]\n  verbs: \\[get, list, watch]\n", "");
    assertThat(without).hasSizeLessThan(role.length());
    kubectl
        .runWithInput(
            without.replace("name: pullgate", "name: it-without-nodes"), "apply", "-f", "-")
        .stdoutOrThrow("kubectl apply");
    bind("it-without-nodes", "it-without-nodes");
    kubectl.run(
        "create",
        "rolebinding",
        "it-without-nodes",
        "-n",
        "pullgate-system",
        "--role=pullgate",
        "--serviceaccount=pullgate-system:without-nodes");
  }

  private void bind(String name, String role) {
    CommandResult bound =
        kubectl.run(
            "create",
            "clusterrolebinding",
            name,
            "--clusterrole=" + role,
            "--serviceaccount=pullgate-system:without-nodes");
    bound.stdoutOrThrow("kubectl create clusterrolebinding");
  }

  private Path kubeconfig() throws IOException {
    String token =
        kubectl
            .run("create", "token", "without-nodes", "-n", "pullgate-system")
            .stdoutOrThrow("kubectl create token")
            .strip();
    String admin = Files.readString(cluster.bed().controlPlane().kubeconfig());
    return Files.writeString(
        cluster.workspace().folder().resolve("without-nodes.kubeconfig"),
        admin.replace(cluster.bed().controlPlane().adminToken(), token));
  }

  private static double tries(PullgateServer gate) {
    URI metrics = gate.management().resolve("/q/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      String text =
          client
              .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      return text.lines()
          .filter(line -> line.startsWith("pullgate_cluster_unread_total{resource=\"nodes\""))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
