package dev.pullgate.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pullgate.testbed.PullgateServer;
import dev.pullgate.testbed.Trust;
import dev.pullgate.testbed.Workspace;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The metrics and log lines of docs/metrics.md, as the built server gives them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MetricsIT {
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Workspace workspace = Workspace.open("pullgate-metrics-");
  private final PullgateServer gate;
  private final HttpClient client;

  MetricsIT() throws IOException {
    Path policy =
        Files.copy(
            Path.of("src/test/resources/policies/pinned.yaml"),
            workspace.folder().resolve("pinned.yaml"));
    gate =
        PullgateServer.standalone(
            workspace, "gate", List.of(policy), PullgateServer.Names.LOCALHOST);
    client = HttpClient.newBuilder().sslContext(Trust.in(gate.authority())).build();
  }

  @AfterAll
  void stop() {
    client.close();
    workspace.close();
  }

  private int post(String webhook, String body) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(gate.url().resolve(webhook))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }

  private static String review(String uid, String operation, String resource, String image) {
    return """
    {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "%s",
     "operation": "%s", "namespace": "shop", "name": "web", "resource": {"resource": "%s"},
     "userInfo": {"username": "alice@example.com"},
     "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
      "spec": {"containers": [{"name": "web", "image": "%s"}]}}}}
    """
        .formatted(uid, operation, resource, image);
  }

  @Test
  void metricsHaveTheNamesAndLabelsThatAreDocumented() throws Exception {
    assertThat(post("/validate", review("m-1", "CREATE", "pods", "nginx"))).isEqualTo(200);
    assertThat(post("/mutate", review("m-2", "CREATE", "pods", "nginx:1"))).isEqualTo(200);
    assertThat(post("/validate", "nonsense")).isEqualTo(400);
    GateMetrics metrics = GateMetrics.of(gate);

    assertThat(labels(metrics, "pullgate_admission_reviews_total"))
        .isEqualTo(Set.of("decision", "operation", "resource", "webhook"));
    assertThat(labels(metrics, "pullgate_admission_review_duration_seconds_bucket"))
        .isEqualTo(Set.of("le", "webhook"));
    assertThat(labels(metrics, "pullgate_admission_review_duration_seconds_count"))
        .isEqualTo(Set.of("webhook"));
    assertThat(labels(metrics, "pullgate_findings_total")).isEqualTo(Set.of("mode", "rule"));
    assertThat(labels(metrics, "pullgate_admission_malformed_total"))
        .isEqualTo(Set.of("status", "webhook"));
    assertThat(metrics.sum("pullgate_admission_reviews_total", "decision=\"denied\"", "pods"))
        .isPositive();
    assertThat(metrics.sum("pullgate_admission_reviews_total", "decision=\"patched\"", "pods"))
        .isPositive();
    assertThat(metrics.sum("pullgate_findings_total", "rule=\"unpinned\"", "mode=\"Enforce\""))
        .isPositive();
    assertThat(metrics.sum("pullgate_certificate_expiry_timestamp_seconds"))
        .isGreaterThan((double) Instant.now().getEpochSecond());
  }

  @Test
  void everyMetricOfTheGateIsDocumented() throws Exception {
    assertThat(post("/validate", review("m-3", "CREATE", "pods", "nginx"))).isEqualTo(200);
    String documented = Files.readString(Path.of("docs/metrics.md"));

    Set<String> names =
        GateMetrics.of(gate)
            .text()
            .lines()
            .filter(line -> line.startsWith("# TYPE pullgate_"))
            .map(line -> line.substring("# TYPE ".length(), line.lastIndexOf(' ')))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(names).isNotEmpty().allSatisfy(name -> assertThat(documented).contains(name));
  }

  @Test
  void callersCannotMakeSeries() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(post("/validate", review("h", "EVIL-" + i, "evil-" + i, "nginx:1")))
          .isEqualTo(200);
      assertThat(post("/validate", review("h", "CREATE", "x\\\"} evil " + i, "nginx:1")))
          .isEqualTo(200);
    }

    assertThat(GateMetrics.of(gate).text())
        .contains("operation=\"other\"")
        .doesNotContainIgnoringCase("evil");
  }

  @Test
  void aDenialIsOneLineWithFixedKeys() throws Exception {
    assertThat(post("/validate", review("log-1", "CREATE", "pods", "nginx"))).isEqualTo(200);
    assertThat(post("/validate", review("log-2", "CREATE", "pods", "nginx:1"))).isEqualTo(200);

    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(gate.log())) {
      if (line.contains("dev.pullgate.decision")) {
        lines.add(MAPPER.readTree(line));
      }
    }
    assertThat(lines.stream().map(line -> line.path("uid").asText()))
        .contains("log-1")
        .doesNotContain("log-2");
    JsonNode denial =
        lines.stream()
            .filter(line -> line.path("uid").asText().equals("log-1"))
            .findFirst()
            .orElseThrow();
    Set<String> keys = new TreeSet<>();
    denial.fieldNames().forEachRemaining(keys::add);
    assertThat(keys)
        .isEqualTo(
            Set.of(
                "timestamp",
                "sequence",
                "loggerClassName",
                "loggerName",
                "level",
                "message",
                "threadName",
                "threadId",
                "processId",
                "webhook",
                "decision",
                "uid",
                "operation",
                "resource",
                "namespace",
                "name",
                "dryRun",
                "findings",
                "exemptions"));
    assertThat(denial.path("level").asText()).isEqualTo("INFO");
    assertThat(denial.path("decision").asText()).isEqualTo("denied");
    assertThat(denial.path("findings").asText()).isEqualTo("unpinned container \"web\" nginx");
    assertThat(Files.readString(gate.log())).doesNotContain("alice");
  }

  @Test
  void aLogLineStaysWithinBounds() throws Exception {
    StringBuilder containers = new StringBuilder("nginx\"}");
    for (int i = 0; i < 5_000; i++) {
      containers.append(",{\"name\":\"c").append(i).append("\",\"image\":\"nginx\"}");
    }
    String body =
        review("u".repeat(100_000), "CREATE", "pods", "IMAGE")
            .replace("IMAGE\"}", containers.toString());
    assertThat(post("/validate", body)).isEqualTo(200);

    assertThat(Files.readAllLines(gate.log()))
        .anySatisfy(line -> assertThat(line).contains("and 4981 more"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(16_000));
  }

  private static Set<String> labels(GateMetrics metrics, String name) {
    return metrics
        .series(name)
        .flatMap(line -> LABEL.matcher(line).results().map(found -> found.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
