package dev.pullgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.OwnerKind;
import dev.pullgate.review.OwnerReference;
import dev.pullgate.review.OwnerSource.Answer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Owners are read from an HTTP server that answers as an API server does when something is amiss.
class ClusterOwnerSourceTest {
  private static final OwnerReference WEB =
      new OwnerReference(OwnerKind.DEPLOYMENT, "shop", "web", "d1");
  private static final String PATH = "/apis/apps/v1/namespaces/shop/deployments/web";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final HttpServer server = listen();
  private final KubernetesClient client =
      new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder()
                  .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                  .withRequestRetryBackoffLimit(0)
                  .build())
          .build();
  private final ClusterOwnerSource owners = new ClusterOwnerSource(client, meters);
  private volatile int status = 200;
  private volatile String body = "";

  private static HttpServer listen() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() {
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    ended.countDown();
    client.close();
    server.stop(0);
    threads.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(exchange.getRequestURI().toString());
    if (status == 0) {
      try {
        ended.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status == 0 ? 500 : status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void remembersAnOwnerWithTheUidThatWasAskedFor() {
    body = deployment("d1");

    assertThat(read(owners.owner(WEB, soon()))).hasSize(1);
    assertThat(read(owners.owner(WEB, soon())).getFirst().at("/metadata/uid").asText())
        .isEqualTo("d1");
    assertThat(requests).containsExactly(PATH);
  }

  @Test
  void asksAgainForAnOwnerOfAnotherUidAndForOneThatIsNotThere() {
    body = deployment("d2");
    assertThat(read(owners.owner(WEB, soon()))).hasSize(1);
    status = 404;
    body = "";
    assertThat(read(owners.owner(WEB, soon()))).isEmpty();
    status = 200;
    body = deployment("d1");
    assertThat(read(owners.owner(WEB, soon()))).hasSize(1);

    assertThat(requests).containsExactly(PATH, PATH, PATH);
    assertThat(meters.find("pullgate.cluster.unread").counters()).isEmpty();
  }

  @Test
  void saysThatItMayNotReadAndCountsIt() {
    status = 403;

    assertThat(owners.owner(WEB, soon()))
        .isEqualTo(
            new Answer.Unread(
                "deployments could not be read from the API server: it forbids the request (403)"));
    assertThat(unread("deployments")).isEqualTo(1);
  }

  @Test
  void givesUpAtTheDeadline() {
    status = 0;
    Deadline deadline = Deadline.after(InstantSource.system(), Duration.ofMillis(200));

    Answer answer = owners.owner(WEB, deadline);

    assertThat(answer)
        .isEqualTo(
            new Answer.Unread(
                "deployments could not be read from the API server: it does not answer in time"));
    assertThat(deadline.passed()).isTrue();
    assertThat(Duration.between(deadline.at(), InstantSource.system().instant()))
        .isLessThan(Duration.ofSeconds(2));
    assertThat(unread("deployments")).isEqualTo(1);
  }

  @Test
  void listsTheReplicaSetsThatADeploymentSelects() throws Exception {
    body = "{\"kind\":\"ReplicaSetList\",\"items\":[{\"metadata\":{\"name\":\"web-1\"}}]}";

    List<JsonNode> found =
        read(owners.revisions(new ObjectMapper().readTree(deployment("d1")), "shop", soon()));

    assertThat(found).hasSize(1);
    assertThat(found.getFirst().path("kind").asText()).isEqualTo("ReplicaSet");
    assertThat(requests.getFirst())
        .startsWith("/apis/apps/v1/namespaces/shop/replicasets?")
        .contains("labelSelector=app%3Dweb", "limit=200");
  }

  @Test
  void asksForNoOlderTemplatesOfAKindThatHasNone() throws Exception {
    JsonNode job = new ObjectMapper().readTree("{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\"}");

    assertThat(read(owners.revisions(job, "shop", soon()))).isEmpty();
    assertThat(requests).isEmpty();
  }

  private double unread(String resource) {
    return meters.get("pullgate.cluster.unread").tag("resource", resource).counter().count();
  }

  private static List<JsonNode> read(Answer answer) {
    return switch (answer) {
      case Answer.Read read -> read.objects();
      case Answer.Unread unread -> throw new AssertionError(unread.reason());
    };
  }

  private static Deadline soon() {
    return Deadline.after(InstantSource.system(), Duration.ofSeconds(10));
  }

  private static String deployment(String uid) {
    return """
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "uid": "%s"},
     "spec": {"selector": {"matchLabels": {"app": "web"}}}}
    """
        .formatted(uid);
  }
}
