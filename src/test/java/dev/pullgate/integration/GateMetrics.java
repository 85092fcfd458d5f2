package dev.pullgate.integration;

import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// What `/q/metrics` of a gate says at one moment.
record GateMetrics(String text) {
  /// As Prometheus asks: without an upgrade of the protocol.
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  static GateMetrics of(PullgateServer gate) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(gate.management().resolve("/q/metrics"))
              .timeout(Duration.ofSeconds(20))
              .build();
      return new GateMetrics(CLIENT.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new AssertionError("the gate gives no metrics", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// The sum of the series of a name that have all of these labels, each as `name="value"`.
  double sum(String name, String... labels) {
    return series(name)
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /// The lines of a name.
  Stream<String> series(String name) {
    return text.lines().filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "));
  }
}
