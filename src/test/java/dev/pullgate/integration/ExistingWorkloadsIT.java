package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.deployment;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.testbed.BedPolicies;
import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Kubectl;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Workloads that were there before a policy which their images break: with `existing: Warn` they
/// go on working, by the real controllers, and with `existing: Enforce` they do not.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExistingWorkloadsIT {
  private final ClusterBed cluster = ClusterBed.get();
  private final Kubectl admin = cluster.bed().kubectl("admin");
  private final String first = cluster.open() + "/shop/web:1.2.3";
  private final String second = cluster.open() + "/shop/web:1.2.5";
  private final UserNamespace relaxed = new UserNamespace(cluster);
  private final UserNamespace enforced = new UserNamespace(cluster);
  private @Nullable PullgateServer gate;

  @BeforeAll
  void makeWorkloadsAndThenThePolicy() throws IOException {
    assertThat(admin.runWithInput(node(), "apply", "-f", "-").stderr()).isEmpty();
    for (String name : List.of("scaled", "restarted", "undone", "labelled", "deleted", "changed")) {
      makeTwice(relaxed, deployment(name, first));
    }
    assertAdmitted(relaxed.apply(deployment("mirrored", "nginx:1.27")));
    makeTwice(relaxed, other("StatefulSet", "set"));
    makeTwice(relaxed, other("DaemonSet", "daemon"));
    assertAdmitted(relaxed.apply(cronJob()));
    makeTwice(enforced, deployment("web", first));
    for (String kind : List.of("replicaset", "controllerrevision")) {
      int wanted = kind.equals("replicaset") ? 13 : 4;
      await(kind + "s", () -> relaxed.get(kind).path("items").size() >= wanted);
    }
    await("replicasets", () -> enforced.get("replicaset").path("items").size() == 2);
    gate =
        cluster.startGate(
            DeploymentIT.kubeconfigOfTheGate(cluster), "--policies", policies().toString());
  }

  /// The gate has no more rights than `deploy/base` gives it.
  @AfterAll
  void stopAfterALookIntoTheLog() throws IOException {
    String log = Files.readString(gate().log());
    gate().close();
    admin.run("delete", "node", "existing-it");
    assertThat(log).contains("webhooks registered").doesNotContain("cannot be read");
  }

  private PullgateServer gate() {
    return Objects.requireNonNull(gate);
  }

  /// Makes a workload and rolls out a second image, so that it has an older template.
  private void makeTwice(UserNamespace namespace, String manifest) {
    assertAdmitted(namespace.apply(manifest));
    assertAdmitted(namespace.apply(manifest.replace(first, second)));
  }

  /// The policies begin when all workloads are there, by the whole seconds of the API server.
  private Path policies() throws IOException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    Path folder = Files.createDirectories(cluster.workspace().folder().resolve("existing"));
    Files.writeString(
        folder.resolve("existing.yaml"),
        policy("only-nowhere", relaxed, "Warn", now)
            + policy("nothing-but-nowhere", enforced, "Enforce", now));
    return folder;
  }

  private static String policy(String name, UserNamespace in, String existing, Instant since) {
    return """
    ---
    apiVersion: pullgate.dev/v1alpha1
    kind: ClusterImagePolicy
    metadata: {name: %s}
    spec:
      existing: %s
      enforcedSince: %s
      match: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}
      registries: {allow: [nowhere.example.com]}
    """
        .formatted(name, existing, since, in.name());
  }

  @Test
  void scalesUp() throws Exception {
    double before = warnings();

    assertAdmitted(relaxed.run("scale", "deployment/scaled", "--replicas=4"));

    // The roll-out never ends without a node, so that one pod more is there.
    await("four pods", () -> pods("app=scaled").size() >= 4);
    assertThat(warnings()).isGreaterThan(before);
  }

  @Test
  void comesBackAfterADrain() throws Exception {
    double before = warnings();
    for (String app : List.of("changed", "set", "daemon")) {
      Set<String> old = pods("app=" + app);
      assertThat(old).isNotEmpty();

      assertAdmitted(relaxed.run("delete", "pods", "-l", "app=" + app));

      await(
          "new pods of " + app,
          () -> {
            Set<String> pods = pods("app=" + app);
            return pods.size() == old.size() && pods.stream().noneMatch(old::contains);
          });
    }
    assertThat(warnings()).isGreaterThan(before);
  }

  @Test
  void getsPodsAtTheMirrorWithTheNameOfTheSource() throws Exception {
    double before = warnings();

    assertAdmitted(relaxed.run("scale", "deployment/mirrored", "--replicas=3"));

    await("three pods", () -> pods("app=mirrored").size() == 3);
    assertThat(relaxed.run("get", "pods", "-l", "app=mirrored", "-o", "yaml").stdout())
        .contains(cluster.open() + "/" + BedPolicies.HUB_PATH + "/library/nginx:1.27");
    assertThat(warnings()).isGreaterThan(before);
  }

  @Test
  void restarts() throws Exception {
    for (String what : List.of("deployment/restarted", "statefulset/set", "daemonset/daemon")) {
      Set<String> old = pods("app=" + what.replaceFirst(".*/", ""));

      CommandResult restart = relaxed.run("rollout", "restart", what);

      assertAdmitted(restart);
      await(
          "a new pod of " + what,
          () ->
              pods("app=" + what.replaceFirst(".*/", "")).stream()
                  .anyMatch(pod -> !old.contains(pod)));
    }
  }

  @Test
  void undoesARollOutWithAWarning() {
    CommandResult undone = relaxed.run("rollout", "undo", "deployment/undone");

    assertAdmitted(undone);
    assertThat(undone.stderr())
        .contains(
            "Warning: pullgate: container \"web\": " + first,
            "Deployment \"undone\" is older than policy only-nowhere, which rejects new ones",
            "[registry-not-allowed]; admitted.  Fix: use an image that the policy allows");
    await("a pod of the first template", () -> images("app=undone").contains(first));
    for (String what : List.of("statefulset/set", "daemonset/daemon")) {
      CommandResult back = relaxed.run("rollout", "undo", what, "--to-revision=1");
      assertAdmitted(back);
      assertThat(back.stderr()).contains("is older than policy only-nowhere");
      String app = "app=" + what.replaceFirst(".*/", "");
      await("a pod of the first template of " + what, () -> images(app).contains(first));
    }
  }

  @Test
  void isLabelledAndDeleted() {
    CommandResult labelled = relaxed.run("label", "deployment/labelled", "tier=front");
    assertAdmitted(labelled);
    assertThat(labelled.stderr()).isEmpty();

    assertAdmitted(relaxed.run("delete", "deployment/deleted"));
    await("their end", () -> pods("app=deleted").isEmpty());
  }

  @Test
  void firesItsJobs() throws Exception {
    double before = warnings();
    CommandResult byHand = relaxed.run("create", "job", "by-hand", "--from=cronjob/cron");
    assertAdmitted(byHand);
    assertThat(byHand.stderr()).contains("CronJob \"cron\" is older than policy only-nowhere");
    await("its pod", () -> pods("batch.kubernetes.io/job-name=by-hand").size() == 1);

    // As if the controller had been away for two years: it makes up for the last time now.
    assertAdmitted(
        relaxed.run(
            "patch",
            "cronjob/cron",
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"lastScheduleTime\":\"2024-01-01T00:00:00Z\"}}"));
    await("the pod of a Job that is due", () -> pods("app=cron").size() == 2);
    assertThat(warnings()).isGreaterThan(before);
  }

  @Test
  void rejectsAPodThatForgesItsOwner() {
    JsonNode replicaSet = relaxed.get("replicaset", "-l", "app=changed").at("/items/0");

    assertDenied(
        relaxed.apply(forged(replicaSet, "forged", cluster.open() + "/library/redis:8")),
        "[registry-not-allowed]");
    assertDenied(
        relaxed.apply(
            forged(replicaSet, "forged", second)
                .replace(replicaSet.at("/metadata/uid").asText(), "no-such-uid")),
        "[registry-not-allowed]");
    CommandResult carried =
        relaxed.apply(forged(replicaSet, "carried", second), "--dry-run=server");
    assertAdmitted(carried);
    assertThat(carried.stderr()).contains("Deployment \"changed\" is older than policy");
  }

  @Test
  void rejectsWhatIsNew() {
    assertDenied(relaxed.apply(deployment("new", second)), "[registry-not-allowed]");
    assertDenied(
        relaxed.run(
            "set", "image", "deployment/labelled", "web=" + cluster.open() + "/library/redis:8"),
        "[registry-not-allowed]");
  }

  @Test
  void enforceRejectsWhatWasThereToo() {
    assertDenied(enforced.run("rollout", "undo", "deployment/web"), "[registry-not-allowed]");
    assertAdmitted(enforced.run("scale", "deployment/web", "--replicas=5"));

    await(
        "an event",
        () ->
            enforced
                .run("get", "events", "-o", "json")
                .stdout()
                .contains("[registry-not-allowed]"));
    assertThat(enforced.get("pods", "-l", "app=web").path("items").size()).isLessThan(5);
  }

  /// The uids of the pods that are not about to go.
  private Set<String> pods(String selector) {
    Set<String> uids = new HashSet<>();
    for (JsonNode pod : relaxed.get("pods", "-l", selector).path("items")) {
      if (!pod.path("metadata").has("deletionTimestamp")) {
        uids.add(pod.at("/metadata/uid").asText());
      }
    }
    return uids;
  }

  private Set<String> images(String selector) {
    Set<String> images = new HashSet<>();
    relaxed
        .get("pods", "-l", selector)
        .path("items")
        .forEach(pod -> images.add(pod.at("/spec/containers/0/image").asText()));
    return images;
  }

  /// How many denials were warnings since their owner is older.
  private double warnings() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(gate().management().resolve("/q/metrics")).build(),
              BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith("pullgate_findings_existing_total"))
          .filter(line -> line.contains("owner=\"older\""))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    }
  }

  private static String forged(JsonNode replicaSet, String name, String image) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s
      ownerReferences:
      - {apiVersion: apps/v1, kind: ReplicaSet, name: %s, uid: "%s", controller: true}
    spec:
      containers: [{name: web, image: "%s"}]
    """
        .formatted(
            name,
            replicaSet.at("/metadata/name").asText(),
            replicaSet.at("/metadata/uid").asText(),
            image);
  }

  private String other(String kind, String name) {
    String more = kind.equals("StatefulSet") ? "replicas: 2\n  podManagementPolicy: Parallel" : "";
    return """
    apiVersion: apps/v1
    kind: %s
    metadata: {name: %s}
    spec:
      %s
      selector: {matchLabels: {app: %s}}
      template:
        metadata: {labels: {app: %s}}
        spec: {containers: [{name: web, image: "%s"}]}
    """
        .formatted(kind, name, more, name, name, first);
  }

  private String cronJob() {
    return """
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: cron}
    spec:
      schedule: "0 0 1 1 *"
      jobTemplate:
        spec:
          template:
            metadata: {labels: {app: cron}}
            spec:
              restartPolicy: Never
              containers: [{name: web, image: "%s"}]
    """
        .formatted(first);
  }

  /// A DaemonSet makes a pod for each node that there is.
  private static String node() {
    return """
    apiVersion: v1
    kind: Node
    metadata: {name: existing-it, labels: {kubernetes.io/os: linux, kubernetes.io/arch: amd64}}
    """;
  }
}
