package dev.pullgate.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Kubectl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// A new namespace, and kubectl in it.
final class UserNamespace {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Kubectl kubectl;
  private final String name = "it-" + COUNT.incrementAndGet();

  UserNamespace(ClusterBed cluster) {
    this.kubectl = cluster.bed().kubectl("admin");
    kubectl.run("create", "namespace", name).stdoutOrThrow("kubectl create namespace");
    kubectl
        .run("wait", "--for=create", "serviceaccount/default", "-n", name, "--timeout=30s")
        .stdoutOrThrow("kubectl wait");
  }

  String name() {
    return name;
  }

  /// Runs kubectl in the namespace.
  CommandResult run(String... arguments) {
    return runWithInput("", arguments);
  }

  private CommandResult runWithInput(String input, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-n", name));
    return kubectl.runWithInput(input, all.toArray(String[]::new));
  }

  CommandResult apply(String manifest, String... more) {
    List<String> all = new ArrayList<>(List.of("apply", "-f", "-"));
    all.addAll(List.of(more));
    return runWithInput(manifest, all.toArray(String[]::new));
  }

  /// Creates without the annotation that `apply` writes, which a large object would not fit into.
  CommandResult create(String manifest) {
    return runWithInput(manifest, "create", "-f", "-");
  }

  CommandResult replace(String manifest) {
    return runWithInput(manifest, "replace", "-f", "-");
  }

  JsonNode get(String... what) {
    List<String> all = new ArrayList<>(List.of("get"));
    all.addAll(List.of(what));
    all.addAll(List.of("-o", "json"));
    try {
      return MAPPER.readTree(run(all.toArray(String[]::new)).stdoutOrThrow("kubectl get"));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /// A pull secret by the name of regcred.
  void createPullSecret(String server, String username, String password) {
    run(
            "create",
            "secret",
            "docker-registry",
            "regcred",
            "--docker-server=" + server,
            "--docker-username=" + username,
            "--docker-password=" + password)
        .stdoutOrThrow("kubectl create secret");
  }

  /// Waits until something holds.
  static void await(String what, BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(what + " did not come");
      }
      Thread.onSpinWait();
    }
  }

  static void assertDenied(CommandResult result, String... texts) {
    assertThat(result.succeeded()).as(result.stdout() + result.stderr()).isFalse();
    assertThat(result.stderr())
        .contains("admission webhook \"validate.pullgate.dev\" denied the request")
        .contains(texts);
  }

  static void assertAdmitted(CommandResult result) {
    assertThat(result.succeeded()).as(result.stderr()).isTrue();
  }

  /// A pod with one container, web.
  ///
  /// @param more lines of its spec
  static String pod(String name, String image, String... more) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s
    spec:
    %s  containers:
      - name: web
        image: %s
    """
        .formatted(name, String.join("", more), image);
  }

  /// A Deployment of two pods with one container, web.
  static String deployment(String name, String image) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: %s
    spec:
      replicas: 2
      selector: {matchLabels: {app: %s}}
      template:
        metadata: {labels: {app: %s}}
        spec:
          containers:
          - name: web
            image: %s
    """
        .formatted(name, name, name, image);
  }
}
