package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What each mode does with the same mistake, and what a dry run leaves behind: nothing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ModesIT {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ClusterBed cluster = ClusterBed.get();
  private final PullgateServer gate;
  private UserNamespace namespace = new UserNamespace(cluster);

  ModesIT() throws IOException {
    Path folder = Files.createDirectories(cluster.workspace().folder().resolve("modes"));
    StringBuilder text = new StringBuilder();
    for (String mode : List.of("Enforce", "Warn", "Audit")) {
      text.append(
          """
          ---
          apiVersion: pullgate.dev/v1alpha1
          kind: ClusterImagePolicy
          metadata: {name: pinned-%s}
          spec:
            mode: %s
            match: {namespaceSelector: {matchLabels: {mode: %s}}}
            pinning: {}
          """
              .formatted(mode.toLowerCase(java.util.Locale.ROOT), mode, mode));
    }
    text.append(
        """
        ---
        apiVersion: pullgate.dev/v1alpha1
        kind: ClusterImagePolicy
        metadata: {name: mirrored}
        spec:
          match: {namespaceSelector: {matchLabels: {mode: Enforce}}}
          mirrors: [{source: docker.io, target: "%s/dockerhub", check: false}]
        """
            .formatted(cluster.open()));
    Path file = Files.writeString(folder.resolve("policies.yaml"), text);
    gate =
        PullgateServer.forCluster(
            cluster.workspace(),
            "gate-modes",
            cluster.bed().controlPlane().kubeconfig(),
            List.of(file));
  }

  @BeforeEach
  void makeNamespace() {
    namespace = new UserNamespace(cluster);
  }

  @AfterAll
  void stop() {
    gate.close();
  }

  private void use(String mode) throws InterruptedException {
    namespace
        .run("label", "namespace", namespace.name(), "mode=" + mode)
        .stdoutOrThrow("kubectl label");
    // The gate watches namespaces.
    Thread.sleep(1000);
  }

  @Test
  void enforceRejectsAndIsInTheAuditLog() throws Exception {
    use("Enforce");
    double before = findings("Enforce");

    assertDenied(namespace.apply(pod("enforced", "nginx")), "[unpinned]");

    assertThat(findings("Enforce")).isEqualTo(before + 1);
    assertThat(auditAnnotation("enforced")).contains("Deny unpinned /spec/containers/0/image");
  }

  @Test
  void warnAdmitsWithAWarning() throws Exception {
    use("Warn");
    double before = findings("Warn");

    CommandResult result = namespace.apply(pod("warned", "nginx"));

    assertAdmitted(result);
    assertThat(result.stderr()).contains("Warning: pullgate:", "[unpinned]", "; admitted");
    assertThat(findings("Warn")).isEqualTo(before + 1);
    assertThat(auditAnnotation("warned")).contains("Warn unpinned /spec/containers/0/image");
  }

  @Test
  void auditAdmitsInSilenceAndRecords() throws Exception {
    use("Audit");
    double before = findings("Audit");

    CommandResult result = namespace.apply(pod("audited", "nginx"));

    assertAdmitted(result);
    assertThat(result.stderr()).isEmpty();
    assertThat(findings("Audit")).isEqualTo(before + 1);
    assertThat(auditAnnotation("audited")).contains("Audit unpinned /spec/containers/0/image");
  }

  @Test
  void warningsOfManyContainersAllNameTheirRule() throws Exception {
    use("Warn");
    StringBuilder containers = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      containers.append("  - {name: c%d, image: \"%s/x\"}\n".formatted(i, "a".repeat(200)));
    }

    CommandResult result = namespace.apply(pod("many", "nginx") + containers);

    assertAdmitted(result);
    List<String> warnings =
        result.stderr().lines().filter(line -> line.startsWith("Warning: pullgate")).toList();
    assertThat(warnings).hasSize(11);
    assertThat(warnings.subList(0, 10))
        .allSatisfy(warning -> assertThat(warning).contains("[unpinned]"));
    assertThat(warnings.getLast()).endsWith("and 51 more warnings, shown when these are mended");
  }

  @Test
  void aDryRunGivesTheSameAnswerAndWritesNothing() throws Exception {
    use("Enforce");
    CommandResult real = namespace.apply(pod("web", "nginx"));
    Set<String> before = everything();

    CommandResult dry = namespace.apply(pod("web", "nginx"), "--dry-run=server");
    CommandResult good =
        namespace.apply(pod("web", "nginx:1.27"), "--dry-run=server", "-o", "json");

    assertDenied(dry, "[unpinned]");
    assertThat(dry.stderr()).isEqualTo(real.stderr());
    assertAdmitted(good);
    JsonNode answered = MAPPER.readTree(good.stdout());
    assertThat(answered.at("/spec/containers/0/image").asText())
        .isEqualTo(cluster.open() + "/dockerhub/library/nginx:1.27");
    assertThat(everything()).isEqualTo(before);
    assertAdmitted(namespace.apply(pod("web", "nginx:1.27")));
    assertThat(everything()).isNotEqualTo(before);
    JsonNode stored = namespace.get("pod", "web");
    assertThat(stored.at("/spec/containers/0/image"))
        .isEqualTo(answered.at("/spec/containers/0/image"));
    assertThat(stored.at("/metadata/annotations/pullgate.dev~1original-images"))
        .isEqualTo(answered.at("/metadata/annotations/pullgate.dev~1original-images"));
  }

  /// Every object that anybody writes here, with its version; leases change by themselves.
  private Set<String> everything() {
    Set<String> objects = new TreeSet<>();
    for (String kinds :
        List.of(
            "pods,events,secrets,configmaps,serviceaccounts",
            "namespaces",
            "mutatingwebhookconfigurations,validatingwebhookconfigurations")) {
      boolean own = kinds.startsWith("pods");
      List<String> command = new ArrayList<>(List.of("get", kinds, "-o", "json"));
      if (own) {
        command.addAll(List.of("-n", namespace.name()));
      }
      CommandResult result = cluster.bed().kubectl("admin").run(command.toArray(String[]::new));
      try {
        MAPPER
            .readTree(result.stdoutOrThrow("kubectl get"))
            .path("items")
            .forEach(item -> {
              JsonNode metadata = item.path("metadata");
              boolean other =
                  item.path("kind").asText().equals("Namespace")
                      && !metadata.path("name").asText().equals(namespace.name());
              if (!other) {
                objects.add(
                    item.path("kind").asText()
                        + " "
                        + metadata.path("name").asText()
                        + " "
                        + metadata.path("resourceVersion").asText());
              }
            });
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return objects;
  }

  private double findings(String mode) {
    return GateMetrics.of(gate)
        .sum("pullgate_findings_total", "rule=\"unpinned\"", "mode=\"" + mode + "\"");
  }

  /// What the API server's audit log holds of the creation of a pod.
  private String auditAnnotation(String pod) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 50; attempt++) {
      Optional<String> found = annotated(pod);
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the audit log has no annotation for " + pod);
  }

  private Optional<String> annotated(String pod) throws IOException {
    try (Stream<String> lines = Files.lines(cluster.bed().controlPlane().auditLog())) {
      return lines
          .map(ModesIT::event)
          .filter(event -> event.at("/objectRef/namespace").asText().equals(namespace.name()))
          .filter(event -> event.at("/objectRef/name").asText().equals(pod))
          .map(event -> event.at("/annotations/validate.pullgate.dev~1findings").asText())
          .filter(text -> !text.isEmpty())
          .findFirst();
    }
  }

  private static JsonNode event(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException _) {
      // The last line may be half written.
      return MAPPER.missingNode();
    }
  }
}
