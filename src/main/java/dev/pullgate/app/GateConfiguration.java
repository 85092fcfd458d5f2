package dev.pullgate.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The settings of the server, as the command line sets them.
@ConfigMapping(prefix = "pullgate")
public interface GateConfiguration {
  /// Files and folders with policies and registries; absent for `policies` in the working folder.
  Optional<List<Path>> policies();

  /// Files that say where images stand in custom kinds.
  Optional<List<Path>> kinds();

  /// Whether to run without a cluster.
  @WithDefault("false")
  boolean standalone();

  /// The kubeconfig; absent for the default.
  Optional<Path> kubeconfig();

  /// The context of the kubeconfig; absent for the current one.
  Optional<String> context();

  /// Under which the API server calls a gate outside the cluster.
  Optional<URI> webhookUrl();

  /// The gate's own namespace.
  @WithDefault("pullgate-system")
  String namespace();

  /// The service of a gate inside the cluster.
  @WithDefault("pullgate")
  String service();

  /// `Ignore` or `Fail`.
  @WithDefault("Ignore")
  String failurePolicy();

  /// The API server's limit for one call, in seconds.
  @WithDefault("10")
  int webhookTimeoutSeconds();

  /// Whether to end as soon as it is ready: for the build, which records how it starts.
  @WithDefault("false")
  boolean exitWhenReady();

  /// Folder that keeps the certificates of a standalone gate.
  Optional<Path> certificates();
}
