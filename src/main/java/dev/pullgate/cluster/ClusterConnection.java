package dev.pullgate.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Opens the connection to the cluster.
public final class ClusterConnection {
  /// A review waits for a secret no longer than this.
  private static final int REQUEST_TIMEOUT_MILLIS = 2_000;

  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int WATCH_RETRY_MILLIS = 250;

  private ClusterConnection() {}

  /// Opens it, and asks the API server once.
  ///
  /// @param kubeconfig a file; empty for `KUBECONFIG`, `~/.kube/config` or the pod's own account
  /// @param context in it; empty for the current one
  /// @throws ClusterException when the API server does not answer
  public static KubernetesClient open(Optional<Path> kubeconfig, Optional<String> context)
      throws ClusterException {
    Config config = config(kubeconfig, context);
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(config)
                    .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                    .withConnectionTimeout(CONNECT_TIMEOUT_MILLIS)
                    .withRequestRetryBackoffLimit(1)
                    // Doubled up to 32 times: kinds that are installed later are seen within 8 s.
                    .withWatchReconnectInterval(WATCH_RETRY_MILLIS)
                    .build())
            .build();
    try {
      client.getKubernetesVersion();
      return client;
    } catch (KubernetesClientException e) {
      client.close();
      throw new ClusterException(
          "the cluster at "
              + config.getMasterUrl()
              + " cannot be used: "
              + reason(e)
              + ". Name another one with --kubeconfig and --context, or run without one:"
              + " --standalone");
    }
  }

  private static Config config(Optional<Path> kubeconfig, Optional<String> context)
      throws ClusterException {
    if (kubeconfig.isPresent() && !Files.isReadable(kubeconfig.get())) {
      throw new ClusterException("the kubeconfig " + kubeconfig.get() + " cannot be read");
    }
    try {
      Config config =
          kubeconfig.isPresent()
              ? Config.fromKubeconfig(kubeconfig.get().toFile())
              : Config.autoConfigure(context.orElse(null));
      if (kubeconfig.isPresent() && context.isPresent()) {
        boolean known =
            config.getContexts().stream().anyMatch(named -> context.get().equals(named.getName()));
        if (!known) {
          throw new ClusterException(
              "the kubeconfig " + kubeconfig.get() + " has no context " + context.get());
        }
        config = Config.fromKubeconfig(context.get(), kubeconfig.get().toFile());
      }
      return config;
    } catch (RuntimeException _) {
      throw new ClusterException(
          "the kubeconfig "
              + kubeconfig.map(Path::toString).orElse("")
              + " is no valid kubeconfig");
    }
  }

  /// What an exception of the client means, in words that hold no token.
  static String reason(KubernetesClientException exception) {
    int code = exception.getCode();
    if (code == 401) {
      return "it does not accept the credentials (401)";
    }
    if (code == 403) {
      return "it forbids the request (403)";
    }
    if (code > 0) {
      return "it answered " + code;
    }
    Throwable cause = exception;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return "it does not answer (" + cause.getClass().getSimpleName() + ")";
  }
}
