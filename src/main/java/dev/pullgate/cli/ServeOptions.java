package dev.pullgate.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How the server is to run.
///
/// @param policies files and folders; empty for the default
/// @param kinds files that say where images stand in custom kinds; empty for none
/// @param kubeconfig absent for the default
/// @param context absent for the current one
/// @param standalone whether it runs without a cluster
/// @param port of the webhooks
/// @param managementPort of health and metrics
/// @param webhookUrl under which the API server calls a gate outside the cluster
/// @param address to bind to; absent for the default
/// @param namespace of the gate
/// @param failurePolicy of the webhooks, `Ignore` or `Fail`
/// @param certificates folder of the certificates of a standalone gate; absent for the default
public record ServeOptions(
    List<Path> policies,
    List<Path> kinds,
    Optional<Path> kubeconfig,
    Optional<String> context,
    boolean standalone,
    int port,
    int managementPort,
    Optional<URI> webhookUrl,
    Optional<String> address,
    String namespace,
    String failurePolicy,
    Optional<Path> certificates) {
  /// Copies the paths.
  public ServeOptions {
    policies = List.copyOf(policies);
    kinds = List.copyOf(kinds);
  }
}
