package dev.pullgate.integration;

import static dev.pullgate.integration.CustomResources.metrics;
import static dev.pullgate.integration.CustomResources.policyFor;
import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.testbed.Kubectl;
import dev.pullgate.testbed.PullgateServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Custom resources over restarts, by several replicas, while they are broken, and where the
/// cluster does not know them yet.
final class CustomResourceLifeIT {
  private static final Path DEFINITIONS = Path.of("deploy/base/crds").toAbsolutePath();

  private static final String DEFINITION = "clusterimagepolicies.pullgate.dev";
  private static final String SCHEMA = "/spec/versions/0/schema/openAPIV3Schema/properties/spec";

  private final ClusterBed cluster = ClusterBed.get();
  private final Kubectl kubectl = cluster.bed().kubectl("admin");
  private final UserNamespace namespace = new UserNamespace(cluster);
  private final String image = cluster.open() + "/shop/web:1.2.3";
  private final String name = "life-of-" + namespace.name();

  @AfterEach
  void removePolicy() {
    kubectl
        .run("delete", "clusterimagepolicies", name, "--ignore-not-found")
        .stdoutOrThrow("kubectl delete");
  }

  @Test
  void noticesSinceWhenAPolicyEnforces() {
    String since;
    try (PullgateServer _ = cluster.startGate();
        PullgateServer _ = cluster.startGate()) {
      assertAdmitted(namespace.apply(policyFor(namespace, name, "  pinning: {}\n")));
      await("enforcedSince", () -> !enforcedSince().isEmpty());
      since = enforcedSince();
      String version = get().at("/metadata/resourceVersion").asText();

      // Nobody writes what stands there already: neither replica, nor the other one back.
      pause(Duration.ofSeconds(5));
      assertThat(get().at("/metadata/resourceVersion").asText()).isEqualTo(version);
    }
    try (PullgateServer _ = cluster.startGate()) {
      pause(Duration.ofSeconds(4));
      assertThat(enforcedSince()).isEqualTo(since);

      apply("  mode: Audit\n  pinning: {}\n");
      await("no enforcedSince", () -> enforcedSince().isEmpty());

      apply("  mode: Audit\n  pinning: {mode: Enforce}\n");
      await("enforcedSince", () -> !enforcedSince().isEmpty());
      String again = enforcedSince();
      assertThat(again).isGreaterThan(since);

      apply("  pinning: {mode: Enforce, require: Digest}\n");
      await(
          "a later enforcedSince",
          () -> !enforcedSince().isEmpty() && !enforcedSince().equals(again));
      assertThat(get().at("/status/observedGeneration").asLong())
          .isEqualTo(get().at("/metadata/generation").asLong());
    }
  }

  @Test
  void keepsTheLastValidFormOfAPolicyThatBecomesInvalid() throws Exception {
    String schema;
    try (PullgateServer gate = cluster.startGate()) {
      schema = namespace.get("crd", DEFINITION).at(SCHEMA).toString();
      apply("  registries: {deny: [\"" + cluster.open() + "\"]}\n");
      await("a denial", this::isDenied);

      // Past all validation, as somebody with the rights to do so can.
      patch(
          "validatingwebhookconfiguration",
          "pullgate",
          "{\"op\":\"remove\",\"path\":\"/webhooks/1\"}");
      replaceSchema("{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}");
      await(
          "an invalid policy",
          () ->
              namespace
                  .apply(policyFor(namespace, name, "  exclude: {images: [\"a b\"]}\n"))
                  .succeeded());

      await("Accepted=False", () -> accepted("status").equals("False"));
      assertThat(accepted("message"))
          .isEqualTo(
              "spec.exclude.images[0]: ' ' cannot stand in an image name. Its last valid form,"
                  + " generation 1, stays in effect");
      assertThat(get().at("/status/inEffect/generation").asLong()).isEqualTo(1);
      assertThat(isDenied()).isTrue();
      assertThat(metrics(gate.management()))
          .contains("pullgate_resources_invalid{kind=\"ClusterImagePolicy\"} 1.0");
      List<String> said =
          Files.readString(gate.log())
              .lines()
              .filter(line -> line.contains(name + " is not accepted: spec.exclude.images[0]"))
              .toList();
      assertThat(said).hasSize(1);
    }
    replaceSchema(schema);
    // The new process has never seen the valid form.
    try (PullgateServer gate = cluster.startGate()) {
      assertDenied(namespace.apply(pod("web", image)), "[registry-not-allowed]");
      assertThat(accepted("message")).contains("generation 1, stays in effect");

      apply("  pinning: {}\n");
      await("Accepted=True", () -> accepted("status").equals("True"));
      assertThat(get().at("/status").has("inEffect")).isFalse();
      assertAdmitted(namespace.apply(pod("web", image)));
      assertThat(metrics(gate.management()))
          .contains("pullgate_resources_invalid{kind=\"ClusterImagePolicy\"} 0.0");
    }
  }

  @Test
  void worksWithFilesWhereTheKindsAreMissingAndPicksThemUp() throws Exception {
    kubectl
        .run("delete", "-f", DEFINITIONS.toString(), "--ignore-not-found")
        .stdoutOrThrow("kubectl delete");
    // There already, unless this is the first test of the cluster.
    kubectl.run("create", "namespace", "pullgate-system");
    kubectl
        .runWithInput(LIMITED, "apply", "-f", "-")
        .stdoutOrThrow("kubectl apply of the limited role");
    try (PullgateServer gate =
        cluster.startGate(cluster.bed().controlPlane().kubeconfigFor("developer"))) {
      assertDenied(namespace.apply(pod("web", "busybox")), "[unpinned]");
      assertThat(Files.readString(gate.log()))
          .contains(
              "clusterimagepolicies of the cluster are not read: it has no kind"
                  + " ClusterImagePolicy, and the gate could not install it");

      kubectl.run("apply", "-f", DEFINITIONS.toString()).stdoutOrThrow("kubectl apply");
      await(
          "the kind",
          () ->
              namespace
                  .apply(
                      policyFor(
                          namespace, name, "  registries: {deny: [\"" + cluster.open() + "\"]}\n"))
                  .succeeded());
      await("a denial", this::isDenied);
      await(
          "what is missing for the status",
          () -> read(gate.log()).contains("the lease pullgate-system/pullgate cannot be read"));
    }
  }

  private boolean isDenied() {
    return !namespace.apply(pod("web", image), "--dry-run=server").succeeded();
  }

  private void apply(String sections) {
    assertAdmitted(namespace.apply(policyFor(namespace, name, sections)));
  }

  private void replaceSchema(String schema) {
    String operation = "{\"op\":\"replace\",\"path\":\"" + SCHEMA + "\",\"value\":" + schema + "}";
    patch("crd", DEFINITION, operation);
  }

  private void patch(String kind, String object, String operation) {
    kubectl
        .run("patch", kind, object, "--type=json", "-p", "[" + operation + "]")
        .stdoutOrThrow("kubectl patch " + kind);
  }

  private JsonNode get() {
    return namespace.get("clusterimagepolicy", name);
  }

  private String enforcedSince() {
    return get().at("/status/enforcedSince").asText();
  }

  private String accepted(String field) {
    return get().at("/status/conditions/0/" + field).asText();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// What a gate needs to run, without a right on CustomResourceDefinitions and leases.
  private static final String LIMITED =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: limited-gate}
      rules:
      - {apiGroups: [""], resources: [namespaces], verbs: [get, list, watch]}
      - {apiGroups: [""], resources: [secrets], verbs: [get, create, update]}
      - {apiGroups: [""], resources: [serviceaccounts], verbs: [get]}
      - apiGroups: [admissionregistration.k8s.io]
        resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
        verbs: [get, create, patch]
      - apiGroups: [pullgate.dev]
        resources: [clusterimagepolicies, imagepolicies, imagepolicyexceptions, registries]
        verbs: [get, list, watch]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: limited-gate}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: limited-gate}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: developer}]
      """;
}
