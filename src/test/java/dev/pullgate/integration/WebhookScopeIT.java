package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.deployment;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import org.junit.jupiter.api.Test;

/// Which calls the API server makes at all, and that its conditions let nothing slip through.
final class WebhookScopeIT extends GatedCluster {
  private static final String REVIEWS = "pullgate_admission_reviews_total";
  private static final String VALIDATION = "webhook=\"validate\"";
  private static final String MUTATION = "webhook=\"mutate\"";

  /// More containers than etcd's limit of 1.5 MiB has room for.
  private static final int TOO_MANY = 20_000;

  private String good() {
    return cluster.open() + "/shop/web:1.2.3";
  }

  private String bad() {
    return cluster.open() + "/shop/web:latest";
  }

  @Test
  void judgesTheLargestObjectThatCanBeStored() {
    int containers = largest();

    assertDenied(
        namespace.create(large(containers, bad())), "[unpinned]", "its tag is not allowed");
    assertAdmitted(namespace.create(large(containers, good())));
    assertDenied(replaced(large(containers, bad())), "[unpinned]", "its tag is not allowed");
    GateMetrics before = GateMetrics.of(gate);
    assertAdmitted(namespace.run("label", "deployment", "large", "a=b"));
    assertThat(calls(before, VALIDATION, "resource=\"deployments\"")).isZero();
  }

  /// Found by trying, since a container takes more in etcd than it takes here.
  private int largest() {
    int containers = TOO_MANY;
    CommandResult result = namespace.create(large(containers, good()));
    assertThat(result.succeeded()).isFalse();
    while (!result.succeeded()) {
      assertThat(result.stderr())
          .containsAnyOf("too large", "larger than max")
          .doesNotContain("pullgate");
      containers = containers * 95 / 100;
      result = namespace.create(large(containers, good()));
    }
    namespace.run("delete", "deployment", "large").stdoutOrThrow("kubectl delete");
    return containers;
  }

  /// Tries again where the controller was faster, which writes its status meanwhile.
  private CommandResult replaced(String manifest) {
    CommandResult result = namespace.replace(manifest);
    for (int attempt = 0; attempt < 20 && result.stderr().contains("(Conflict)"); attempt++) {
      result = namespace.replace(manifest);
    }
    return result;
  }

  private String large(int containers, String last) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "large"}, "spec": {
         "replicas": 0, "selector": {"matchLabels": {"app": "large"}},
         "template": {"metadata": {"labels": {"app": "large"}}, "spec": {"containers": [
        """);
    for (int i = 0; i < containers; i++) {
      text.append("{\"name\":\"c%d\",\"image\":\"%s\"},".formatted(i, good()));
    }
    return text.append("{\"name\":\"last\",\"image\":\"%s\"}]}}}}".formatted(last)).toString();
  }

  @Test
  void hearsNothingOfWhatCannotMatterToAPod() {
    assertAdmitted(namespace.apply(pod("web", good())));
    GateMetrics before = GateMetrics.of(gate);

    assertAdmitted(namespace.run("label", "pod", "web", "a=b"));
    assertAdmitted(namespace.run("annotate", "pod", "web", "a=b"));
    assertAdmitted(
        namespace.run(
            "patch",
            "pod",
            "web",
            "--subresource=status",
            "-p",
            "{\"status\": {\"message\": \"x\"}}"));
    assertThat(calls(before, VALIDATION)).isZero();

    GateMetrics finalizing = GateMetrics.of(gate);
    assertAdmitted(
        namespace.run("patch", "pod", "web", "-p", "{\"metadata\":{\"finalizers\":[\"a.io/b\"]}}"));
    assertAdmitted(namespace.run("delete", "pod", "web", "--wait=false", "--grace-period=0"));
    assertThat(namespace.get("pod", "web").at("/metadata/deletionTimestamp").isMissingNode())
        .isFalse();
    double whileAlive = calls(finalizing, MUTATION);
    assertAdmitted(
        namespace.run(
            "patch",
            "pod",
            "web",
            "--type=json",
            "-p",
            "[{\"op\":\"replace\",\"path\":\"/spec/containers/0/image\",\"value\":\"%s\"}]"
                .formatted(bad())));
    assertAdmitted(
        namespace.run("patch", "pod", "web", "-p", "{\"metadata\":{\"finalizers\":null}}"));
    assertThat(calls(finalizing, MUTATION)).isEqualTo(whileAlive);
    assertThat(calls(before, VALIDATION)).isZero();
  }

  @Test
  void judgesEveryChangeOfAnImage() {
    assertAdmitted(namespace.apply(pod("web", good())));

    assertDenied(namespace.run("set", "image", "pod/web", "web=" + bad()), "[unpinned]");
    assertDenied(
        namespace.run("debug", "web", "--image=" + bad(), "-c", "debugger"),
        "ephemeral container \"debugger\"",
        "[unpinned]");
    assertAdmitted(namespace.apply(deployment("web", good())));
    assertDenied(namespace.run("set", "image", "deployment/web", "web=" + bad()), "[unpinned]");
    assertAdmitted(namespace.apply(podTemplate(good())));
    assertDenied(namespace.apply(podTemplate(bad())), "[unpinned]");
    assertAdmitted(namespace.apply(cronJob(good())));
    assertDenied(namespace.apply(cronJob(bad())), "[unpinned]");
  }

  @Test
  void hearsNothingOfScalingOrOfWhatControllersCopy() {
    GateMetrics before = GateMetrics.of(gate);
    assertAdmitted(namespace.apply(deployment("web", good())));
    await("two pods", () -> namespace.get("pods", "-l", "app=web").path("items").size() == 2);

    assertThat(calls(before, VALIDATION, "resource=\"deployments\"")).isEqualTo(1);
    assertThat(calls(before, VALIDATION, "resource=\"replicasets\"")).isZero();
    assertThat(calls(before, VALIDATION, "resource=\"pods\"")).isEqualTo(2);
    GateMetrics running = GateMetrics.of(gate);
    assertAdmitted(namespace.run("scale", "deployment", "web", "--replicas=0"));
    assertAdmitted(
        namespace.run("patch", "deployment", "web", "-p", "{\"spec\":{\"replicas\":1}}"));
    assertAdmitted(namespace.run("delete", "deployment", "web"));
    assertThat(calls(running, "resource=\"deployments\"")).isZero();
    assertThat(calls(running, "resource=\"replicasets\"")).isZero();
  }

  @Test
  void judgesAReplicaSetThatSomebodyElseMakes() {
    assertDenied(
        namespace.apply(deployment("web", bad()).replace("kind: Deployment", "kind: ReplicaSet")),
        "[unpinned]");
  }

  private double calls(GateMetrics before, String... labels) {
    return GateMetrics.of(gate).sum(REVIEWS, labels) - before.sum(REVIEWS, labels);
  }

  private static String podTemplate(String image) {
    return """
    apiVersion: v1
    kind: PodTemplate
    metadata: {name: web}
    template:
      spec:
        containers: [{name: web, image: "%s"}]
    """
        .formatted(image);
  }

  static String cronJob(String image) {
    return """
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: web}
    spec:
      schedule: "0 0 1 1 *"
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{name: web, image: "%s"}]
    """
        .formatted(image);
  }
}
