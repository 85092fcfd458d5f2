package dev.pullgate.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.BedPolicies;
import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Kubectl;
import dev.pullgate.testbed.Progress;
import dev.pullgate.testbed.PullgateServer;
import dev.pullgate.testbed.TestBed;
import dev.pullgate.testbed.ToolsMissingException;
import dev.pullgate.testbed.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The kustomize base on a real API server: accepted, and its rights are enough for the gate.
final class DeploymentIT {
  private static Optional<TestBed> started = Optional.empty();
  private static Optional<Workspace> workspace = Optional.empty();

  private final Kubectl kubectl = bed().kubectl("admin");

  @BeforeAll
  static void start() {
    try {
      started = Optional.of(TestBed.start(Progress.onStderr()));
    } catch (ToolsMissingException e) {
      if ("true".equals(System.getenv("CI"))) {
        throw e;
      }
      Assumptions.abort(e.getMessage());
    }
    workspace = Optional.of(Workspace.open("pullgate-it-"));
    bed()
        .kubectl("admin")
        .run("apply", "-k", Path.of("deploy/base").toAbsolutePath().toString())
        .stdoutOrThrow("kubectl apply -k deploy/base");
  }

  @AfterAll
  static void stop() {
    workspace.ifPresent(Workspace::close);
    started.ifPresent(TestBed::close);
  }

  private static TestBed bed() {
    return started.orElseThrow();
  }

  @Test
  void podsOfTheDeploymentPassTheRestrictedStandard() {
    CommandResult pods =
        kubectl.run(
            "wait",
            "--for=create",
            "pod",
            "-l",
            "app.kubernetes.io/name=pullgate",
            "-n",
            "pullgate-system",
            "--timeout=30s");
    assertThat(pods.succeeded()).as(pods.stderr()).isTrue();
    assertThat(
            kubectl
                .run("get", "namespace", "pullgate-system", "-o", "jsonpath={.metadata.labels}")
                .stdoutOrThrow("kubectl get"))
        .contains("\"pod-security.kubernetes.io/enforce\":\"restricted\"");
  }

  @Test
  void noRoleHoldsAWildcard() {
    String roles =
        kubectl
            .run(
                "get",
                "clusterrole,role",
                "-A",
                "-l",
                "app.kubernetes.io/name=pullgate",
                "-o",
                "yaml")
            .stdoutOrThrow("kubectl get");

    assertThat(roles).contains("secrets", "namespaces").doesNotContain("'*'");
  }

  @Test
  void theRightsOfTheServiceAccountAreEnough() throws IOException {
    List<Path> policies =
        BedPolicies.write(workspace.orElseThrow().folder().resolve("policies"), bed());
    bed().openRegistry().push("shop/web:1.2.3");
    bed().privateRegistry().push("team/app:2.0");
    try (PullgateServer gate =
        PullgateServer.forCluster(
            workspace.orElseThrow(), "gate", kubeconfigOfTheGate(), policies)) {
      kubectl.run("create", "namespace", "rights").stdoutOrThrow("kubectl create namespace");
      kubectl
          .run("wait", "--for=create", "serviceaccount/default", "-n", "rights")
          .stdoutOrThrow("kubectl wait");

      assertThat(create("web", bed().openRegistry().host() + "/shop/web:1.2.3").succeeded())
          .isTrue();
      assertThat(create("bad", bed().openRegistry().host() + "/shop/web:9").stderr())
          .contains("[not-found]");
      String secret = "{\"spec\": {\"imagePullSecrets\": [{\"name\": \"regcred\"}]}}";
      assertThat(
              create("app", bed().privateRegistry().host() + "/team/app:2.0", "--overrides", secret)
                  .stderr())
          .contains("[pull-secret-missing]");
      assertThat(Files.readString(gate.log())).doesNotContain("403").doesNotContain("forbid");
    }
  }

  private CommandResult create(String name, String image, String... more) {
    String[] arguments = new String[5 + more.length];
    System.arraycopy(
        new String[] {"run", name, "-n", "rights", "--image=" + image}, 0, arguments, 0, 5);
    System.arraycopy(more, 0, arguments, 5, more.length);
    return kubectl.run(arguments);
  }

  /// A kubeconfig as the gate's pod would have it, with a token of its ServiceAccount.
  private Path kubeconfigOfTheGate() throws IOException {
    String token =
        kubectl
            .run("create", "token", "pullgate", "-n", "pullgate-system")
            .stdoutOrThrow("kubectl create token")
            .strip();
    String admin = Files.readString(bed().controlPlane().kubeconfig());
    return Files.writeString(
        workspace.orElseThrow().folder().resolve("gate.kubeconfig"),
        admin.replace(bed().controlPlane().adminToken(), token));
  }
}
