package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Kubectl;
import dev.pullgate.testbed.PullgateServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Kinds that Kubernetes does not bring, with the file that is ready for them. The definitions are
/// written for this test, in the shape of Argo's and Tekton's.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CustomKindIT {
  private final ClusterBed cluster = ClusterBed.get();
  private final Kubectl kubectl = cluster.bed().kubectl("admin");
  private final PullgateServer gate =
      cluster.startGate("--kinds", Path.of("deploy/kinds.yaml").toAbsolutePath().toString());
  private UserNamespace namespace = new UserNamespace(cluster);

  @BeforeAll
  void define() {
    define("argoproj.io", "v1alpha1", "rollouts", "Rollout");
    define("tekton.dev", "v1", "tasks", "Task");
  }

  private void define(String group, String version, String plural, String kind) {
    kubectl
        .runWithInput(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: %s.%s}
            spec:
              group: %s
              scope: Namespaced
              names: {plural: %s, kind: %s}
              versions:
              - name: %s
                served: true
                storage: true
                schema:
                  openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """
                .formatted(plural, group, group, plural, kind, version),
            "apply",
            "-f",
            "-")
        .stdoutOrThrow("kubectl apply");
    kubectl
        .run("wait", "--for=condition=Established", "crd/" + plural + "." + group, "--timeout=30s")
        .stdoutOrThrow("kubectl wait");
  }

  @BeforeEach
  void makeNamespace() {
    namespace = new UserNamespace(cluster);
  }

  @AfterAll
  void stop() {
    gate.close();
    kubectl
        .run("delete", "crd", "rollouts.argoproj.io", "tasks.tekton.dev")
        .stdoutOrThrow("kubectl delete");
  }

  @Test
  void judgesThePodTemplateOfARollout() {
    assertDenied(
        namespace.create(rollout(cluster.open() + "/shop/web:latest")),
        "container \"web\"",
        "its tag is not allowed",
        "[unpinned]");
    assertDenied(namespace.create(rollout(cluster.open() + "/shop/web:9")), "[not-found]");
    assertAdmitted(namespace.create(rollout(cluster.open() + "/shop/web:1.2.3")));
    assertDenied(namespace.replace(rollout(cluster.open() + "/shop/web:latest")), "[unpinned]");
    assertAdmitted(namespace.run("label", "rollout", "web", "a=b"));
  }

  @Test
  void neverRewritesIt() {
    assertAdmitted(namespace.create(rollout("nginx:1.27")));

    assertThat(
            namespace.get("rollout", "web").at("/spec/template/spec/containers/0/image").asText())
        .isEqualTo("nginx:1.27");
  }

  @Test
  void judgesImagesOutsideOfPodTemplates() {
    assertDenied(
        namespace.create(task("[{image: $(params.image)}, {image: nginx}]")),
        "image at \"/spec/steps/1/image\"",
        "nginx has no tag",
        "[unpinned]");
    assertAdmitted(namespace.create(task("[{image: $(params.image)}, {image: 'nginx:1.27'}]")));
  }

  @Test
  void deniesNothingForPullSecretsThatItCannotKnow() {
    CommandResult result =
        namespace.create(task("[{image: \"" + cluster.hidden() + "/team/app:2.0\"}]"));

    assertAdmitted(result);
  }

  @Test
  void passesOverWhatHasAnotherShape() {
    assertAdmitted(namespace.create(task("text")));
    assertAdmitted(
        namespace.create(rollout("x").replaceAll("(?s)template:.*", "template: [1, 2]\n")));
  }

  private static String rollout(String image) {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    metadata: {name: web}
    spec:
      strategy: {canary: {}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
          - name: web
            image: "%s"
    """
        .formatted(image);
  }

  private static String task(String steps) {
    return """
    apiVersion: tekton.dev/v1
    kind: Task
    metadata: {generateName: task-}
    spec:
      steps: %s
    """
        .formatted(steps);
  }
}
