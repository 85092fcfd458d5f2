package dev.pullgate.integration;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// Manifests of custom resources, and what a gate says of them.
final class CustomResources {
  private CustomResources() {}

  /// A ClusterImagePolicy that looks at one namespace only.
  ///
  /// @param sections lines of its spec, indented by two
  static String policyFor(UserNamespace namespace, String name, String sections) {
    return """
    apiVersion: pullgate.dev/v1alpha1
    kind: ClusterImagePolicy
    metadata: {name: %s}
    spec:
      match: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}
    %s\
    """
        .formatted(name, namespace.name(), sections);
  }

  /// The metrics of a gate.
  static String metrics(URI management) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(management.resolve("/q/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
