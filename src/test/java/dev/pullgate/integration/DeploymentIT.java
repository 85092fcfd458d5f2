package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.deployment;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Kubectl;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The kustomize base on a real API server: accepted, and its rights are enough for the gate.
final class DeploymentIT {
  private final ClusterBed cluster = ClusterBed.get();
  private final Kubectl kubectl = cluster.bed().kubectl("admin");

  @BeforeEach
  void install() {
    install(kubectl);
  }

  private static void install(Kubectl kubectl) {
    kubectl
        .run("apply", "-k", Path.of("deploy/base").toAbsolutePath().toString())
        .stdoutOrThrow("kubectl apply -k deploy/base");
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
    UserNamespace namespace = new UserNamespace(cluster);
    try (PullgateServer gate = cluster.startGate(kubeconfigOfTheGate(cluster))) {
      assertAdmitted(namespace.apply(pod("web", cluster.open() + "/shop/web:1.2.3")));
      assertDenied(namespace.apply(pod("bad", cluster.open() + "/shop/web:9")), "[not-found]");
      assertDenied(
          namespace.apply(
              pod(
                  "app",
                  cluster.hidden() + "/team/app:2.0",
                  "  imagePullSecrets: [{name: regcred}]\n")),
          "[pull-secret-missing]");
      assertAdmitted(namespace.apply(deployment("web", "nginx:1.27")));
      assertAdmitted(
          namespace.apply(
              CustomResources.policyFor(
                  namespace,
                  "by-the-base",
                  "  registries: {deny: [\"" + cluster.open() + "\"]}\n")));
      await(
          "the status",
          () ->
              !namespace
                  .get("clusterimagepolicy", "by-the-base")
                  .at("/status/enforcedSince")
                  .asText()
                  .isEmpty());
      assertDenied(
          namespace.apply(pod("other", cluster.open() + "/shop/web:1.2.3")),
          "[registry-not-allowed]");
      namespace.run("delete", "clusterimagepolicy", "by-the-base").stdoutOrThrow("kubectl delete");
      assertThat(Files.readString(gate.log())).doesNotContain("403").doesNotContain("forbid");
    }
  }

  /// A kubeconfig as the gate's pod would have it, with a token of its ServiceAccount, which is
  /// installed with its rights.
  static Path kubeconfigOfTheGate(ClusterBed cluster) throws IOException {
    Kubectl kubectl = cluster.bed().kubectl("admin");
    install(kubectl);
    String token =
        kubectl
            .run("create", "token", "pullgate", "-n", "pullgate-system")
            .stdoutOrThrow("kubectl create token")
            .strip();
    String admin = Files.readString(cluster.bed().controlPlane().kubeconfig());
    return Files.writeString(
        cluster.workspace().folder().resolve("gate.kubeconfig"),
        admin.replace(cluster.bed().controlPlane().adminToken(), token));
  }
}
