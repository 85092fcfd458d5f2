package dev.pullgate.testbed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// `make run`: the gate without a cluster, on the ready policies, with sample reviews sent through
/// its own HTTPS endpoint. Stays up until Ctrl-C.
public final class Run {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Workspace workspace;
  private final PullgateServer server;
  private final HttpClient client;

  private Run(Workspace workspace, PullgateServer server, HttpClient client) {
    this.workspace = workspace;
    this.server = server;
    this.client = client;
  }

  /// Runs until it is stopped.
  public static void main(String[] arguments) throws InterruptedException {
    try {
      Workspace workspace = Workspace.open("pullgate-run-");
      SampleRegistry registry = new SampleRegistry();
      String down = "127.0.0.1:" + Workspace.freePort();
      Path declared = declare(workspace, registry.host(), down);
      System.out.println("Starting pullgate serve --standalone --policies policies …");
      PullgateServer server =
          PullgateServer.standalone(
              workspace,
              "gate",
              List.of(ProjectRoot.find().resolve("policies"), declared),
              PullgateServer.Names.ALL);
      System.out.printf(
          "Ready after %.1f s at %s, with policies/baseline.yaml and a sample registry at %s that"
              + " holds one image, %s.%n%n",
          server.startToReady().toMillis() / 1000.0,
          server.url(),
          registry.host(),
          SampleRegistry.IMAGE);
      Run run =
          new Run(
              workspace,
              server,
              HttpClient.newBuilder().sslContext(Trust.in(server.authority())).build());
      run.samples(registry.host(), down);
      run.howToGoOn(registry.host());
    } catch (TestBedException e) {
      System.err.println("make run: " + e.getMessage());
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  /// Tenants cannot lead the gate to this machine; who runs it declares what may be asked here.
  private static Path declare(Workspace workspace, String registry, String down) {
    return write(
        workspace.folder().resolve("sample-registries.yaml"),
        declaration("sample", registry) + "---\n" + declaration("down", down));
  }

  private static String declaration(String name, String host) {
    return """
    apiVersion: pullgate.dev/v1alpha1
    kind: Registry
    metadata:
      name: %s
    spec:
      host: %s
      scheme: HTTP
    """
        .formatted(name, host);
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new TestBedException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private void samples(String registry, String down) {
    send("a pod whose image exists", "validate", pod(registry + "/shop/web:1.2.3"));
    send("the same image without a tag", "validate", pod(registry + "/shop/web"));
    send("a tag that does not exist", "validate", pod(registry + "/shop/web:1.2.4"));
    send("a name that is no image", "validate", pod(registry + "/Shop/Web:1.2.3"));
    send("a registry that is down", "validate", pod(down + "/shop/web:1.2.3"));
    send(
        "the mutating webhook; the baseline mirrors nothing",
        "mutate",
        pod(registry + "/shop/web:1.2.3"));
    send("something that is no review", "validate", "{\"kind\": \"Pod\"}");
    send("something that is no JSON", "validate", "images: nginx");
  }

  private static String pod(String image) {
    return """
    {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
      "uid": "705ab4f5-6393-11e8-b7cc-42010a800002", "operation": "CREATE", "namespace": "shop",
      "resource": {"group": "", "version": "v1", "resource": "pods"},
      "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
        "spec": {"containers": [{"name": "web", "image": "%s"}]}}}}
    """
        .formatted(image);
  }

  private void send(String title, String webhook, String body) {
    URI uri = server.url().resolve("/" + webhook + "?timeout=10s");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      System.out.printf("POST /%s: %s%n", webhook, title);
      answer(response).lines().forEach(line -> System.out.println("    " + line));
      System.out.println();
    } catch (IOException e) {
      throw new TestBedException("the gate does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestBedException("interrupted", e);
    }
  }

  private static String answer(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      return "HTTP " + response.statusCode() + ": " + response.body().strip();
    }
    JsonNode answer;
    try {
      answer = MAPPER.readTree(response.body()).path("response");
    } catch (JsonProcessingException e) {
      throw new TestBedException("the gate answered something that is no JSON", e);
    }
    StringBuilder text = new StringBuilder();
    answer.path("warnings").forEach(w -> text.append("Warning: ").append(w.asText()).append('\n'));
    text.append(answer.path("allowed").asBoolean() ? "allowed" : "denied:");
    text.append(answer.path("status").path("message").asText(""));
    if (answer.has("patch")) {
      byte[] patch = Base64.getDecoder().decode(answer.path("patch").asText());
      text.append(", with the patch ").append(new String(patch, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private void howToGoOn(String registry) {
    Path review = write(workspace.folder().resolve("review.json"), pod(registry + "/shop/web"));
    System.out.printf(
        """
        Send one of your own (the file holds the second sample; put your image into it):
          curl --cacert %s -H 'Content-Type: application/json' \\
            --data @%s '%s/validate?timeout=10s'
        Health   %s/q/health/ready
        Metrics  %s/q/metrics
        Log      %s
        Next     make demo, for a real API server in front of it
        Stop     Ctrl-C
        %s
        """,
        server.authority(),
        review,
        server.url(),
        server.management(),
        server.management(),
        server.log(),
        Progress.sinceMake("run"));
  }
}
