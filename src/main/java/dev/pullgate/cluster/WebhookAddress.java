package dev.pullgate.cluster;

import java.net.URI;

/// How the API server reaches the webhooks.
public sealed interface WebhookAddress {
  /// By URL, for a gate outside the cluster.
  ///
  /// @param base to which `/mutate` and `/validate` are appended
  record Url(URI base) implements WebhookAddress {}

  /// By service, for a gate inside the cluster.
  record Service(String namespace, String name, int port) implements WebhookAddress {}
}
