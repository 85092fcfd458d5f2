package dev.pullgate.testbed;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Server-side dry-run creations of pods, timed, without kubectl's own start.
final class Creations implements AutoCloseable {
  private static final Pattern AUTHORITY = Pattern.compile("certificate-authority-data: (\\S+)");

  private final ControlPlane controlPlane;
  private final HttpClient client;

  private Creations(ControlPlane controlPlane, HttpClient client) {
    this.controlPlane = controlPlane;
    this.client = client;
  }

  /// Opens a connection to the API server.
  static Creations at(ControlPlane controlPlane, Workspace workspace) throws IOException {
    Matcher matcher = AUTHORITY.matcher(Files.readString(controlPlane.kubeconfig()));
    if (!matcher.find()) {
      throw new TestBedException("the kubeconfig holds no authority");
    }
    Path authority =
        Files.write(
            workspace.folder().resolve("api-server.crt"),
            Base64.getDecoder().decode(matcher.group(1).getBytes(StandardCharsets.US_ASCII)));
    return new Creations(
        controlPlane, HttpClient.newBuilder().sslContext(Trust.in(authority)).build());
  }

  /// Creates a pod that must be admitted, and stores nothing.
  ///
  /// @return milliseconds until the API server's answer
  double create(String namespace, String... images) {
    URI uri = controlPlane.server().resolve("/api/v1/namespaces/" + namespace + "/pods?dryRun=All");
    String containers =
        IntStream.range(0, images.length)
            .mapToObj(i -> "{\"name\": \"c" + i + "\", \"image\": \"" + images[i] + "\"}")
            .collect(Collectors.joining(", "));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + controlPlane.adminToken())
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
                     "spec": {"containers": [%s]}}
                    """
                        .formatted(containers)))
            .build();
    long begin = System.nanoTime();
    HttpResponse<String> response = send(request);
    double took = (System.nanoTime() - begin) / 1e6;
    List<String> warnings = response.headers().allValues("warning");
    if (!warnings.isEmpty()) {
      throw new TestBedException("a measured pod was admitted with " + warnings);
    }
    return took;
  }

  /// The metrics of a gate.
  String metrics(PullgateServer gate) {
    return send(HttpRequest.newBuilder(gate.management().resolve("/q/metrics")).build()).body();
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new TestBedException(request.uri() + " answered " + response.body());
      }
      return response;
    } catch (IOException e) {
      throw new TestBedException(request.uri() + " does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestBedException("interrupted", e);
    }
  }

  /// Makes a namespace in which pods can be created.
  static void prepare(Kubectl kubectl, String namespace) {
    kubectl.run("create", "namespace", namespace).stdoutOrThrow("kubectl create namespace");
    kubectl
        .run("wait", "--for=create", "serviceaccount/default", "-n", namespace)
        .stdoutOrThrow("kubectl wait");
  }

  @Override
  public void close() {
    client.close();
  }
}
