package dev.pullgate.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.PullgateServer;
import dev.pullgate.testbed.Trust;
import dev.pullgate.testbed.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// More reviews than the gate can wait for, in front of a registry that takes connections and never
/// answers.
final class OverloadIT {
  /// No more than 256 small ones may wait.
  private static final int REVIEWS = 400;

  /// Each opens a connection: not all at once, or the test measures handshakes.
  private static final int AT_ONCE = 40;

  private static final Duration CALL = Duration.ofSeconds(20);

  /// Accepts, reads nothing and says nothing.
  private static final class HangingRegistry implements AutoCloseable {
    private final ServerSocket listening;
    private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();

    private HangingRegistry() throws IOException {
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          connections.add(listening.accept());
        }
      } catch (IOException _) {
        // The test is over.
      }
    }

    private String host() {
      return "127.0.0.1:" + listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listening.close();
      for (Socket connection : connections) {
        connection.close();
      }
    }
  }

  @Test
  void staticRulesAnswerWhileTheRegistryHangs() throws Exception {
    try (HangingRegistry registry = new HangingRegistry();
        Workspace workspace = Workspace.open("pullgate-overload-");
        PullgateServer gate =
            PullgateServer.standalone(
                workspace, "gate", policies(workspace, registry), PullgateServer.Names.LOCALHOST);
        HttpClient client =
            HttpClient.newBuilder().sslContext(Trust.in(gate.authority())).build()) {
      List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
      for (int i = 0; i < REVIEWS; i++) {
        waiting.add(send(client, gate, registry.host() + "/shop/web:" + i, CALL));
        if (i % AT_ONCE == 0) {
          Thread.sleep(200);
        }
      }
      awaitOverload(gate);
      long begin = System.nanoTime();
      String denied = send(client, gate, registry.host() + "/shop/web", CALL).get().body();
      Duration took = Duration.ofNanos(System.nanoTime() - begin);

      assertThat(denied).contains("[unpinned]", "\"allowed\":false");
      assertThat(took).isLessThan(Duration.ofSeconds(10));
      int notWaited = 0;
      for (CompletableFuture<HttpResponse<String>> review : waiting) {
        HttpResponse<String> answer = review.get();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"allowed\":true", "[unreachable]");
        notWaited += answer.body().contains("pullgate had no time left") ? 1 : 0;
      }
      assertThat(notWaited).isBetween(1, REVIEWS - 1);
      GateMetrics metrics = GateMetrics.of(gate);
      assertThat(metrics.sum("pullgate_admission_not_waiting_total", "webhook=\"validate\""))
          .isGreaterThanOrEqualTo(notWaited);
      assertThat(metrics.sum("pullgate_resolutions_not_waited_total"))
          .isGreaterThanOrEqualTo(notWaited);
      assertThat(metrics.sum("pullgate_admission_malformed_total")).isZero();
    }
  }

  /// Looks now and then: the machine has enough to do.
  private static void awaitOverload(PullgateServer gate) throws InterruptedException {
    for (int look = 0; look < 40; look++) {
      if (GateMetrics.of(gate).sum("pullgate_admission_not_waiting_total") > 0) {
        return;
      }
      Thread.sleep(250);
    }
    throw new AssertionError("all reviews were allowed to wait");
  }

  @Test
  void staticRulesAnswerWhenTheTimeIsOverAlready() throws Exception {
    try (HangingRegistry registry = new HangingRegistry();
        Workspace workspace = Workspace.open("pullgate-late-");
        PullgateServer gate =
            PullgateServer.standalone(
                workspace, "gate", policies(workspace, registry), PullgateServer.Names.LOCALHOST);
        HttpClient client =
            HttpClient.newBuilder().sslContext(Trust.in(gate.authority())).build()) {
      Duration none = Duration.ofMillis(1);

      assertThat(send(client, gate, registry.host() + "/shop/web", none).get().body())
          .contains("[unpinned]", "\"allowed\":false");
      assertThat(send(client, gate, registry.host() + "/shop/web:1", none).get().body())
          .contains("\"allowed\":true", "was not waited for, since pullgate had no time left");
    }
  }

  private static CompletableFuture<HttpResponse<String>> send(
      HttpClient client, PullgateServer gate, String image, Duration timeout) {
    URI uri = gate.url().resolve("/validate?timeout=" + timeout.toMillis() + "ms");
    String review =
        """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u",
         "operation": "CREATE", "namespace": "shop", "resource": {"resource": "pods"},
         "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
          "spec": {"containers": [{"name": "web", "image": "%s"}]}}}}
        """
            .formatted(image);
    return client.sendAsync(
        HttpRequest.newBuilder(uri)
            .timeout(CALL.multipliedBy(2))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(review))
            .build(),
        BodyHandlers.ofString());
  }

  private static List<Path> policies(Workspace workspace, HangingRegistry registry)
      throws IOException {
    Path file = workspace.folder().resolve("policies.yaml");
    Files.writeString(
        file,
        """
        apiVersion: pullgate.dev/v1alpha1
        kind: ClusterImagePolicy
        metadata: {name: all}
        spec:
          pinning: {}
          resolution: {}
        ---
        apiVersion: pullgate.dev/v1alpha1
        kind: Registry
        metadata: {name: hanging}
        spec: {host: "%s", scheme: HTTP, timeout: 15s}
        """
            .formatted(registry.host()));
    return List.of(file);
  }
}
