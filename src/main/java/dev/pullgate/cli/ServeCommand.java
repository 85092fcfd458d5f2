package dev.pullgate.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pullgate serve`.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Run the admission webhooks.",
    footer = {
      "",
      "Examples:",
      "  Inside a cluster, with its custom resources and a mounted folder:",
      "    pullgate serve --policies /etc/pullgate/policies",
      "  On this machine, for a cluster that can reach it:",
      "    pullgate serve --policies policies/ --webhook-url https://192.0.2.10:8443",
      "  Without a cluster, on the files alone:",
      "    pullgate serve --standalone --policies policies/",
      "",
      "Every option can also be set in the environment: PULLGATE_POLICIES for --policies, and so on.",
      "Health: http://HOST:9000/q/health/ready   Metrics: http://HOST:9000/q/metrics",
      "Exit codes: 2 unusable options or policies, 3 the cluster cannot be used."
    })
final class ServeCommand implements Callable<Integer> {
  private static final int MAX_PORT = 65_535;

  private final ServerStart server;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--policies",
      paramLabel = "DIR",
      defaultValue = "${env:PULLGATE_POLICIES:-_NULL_}",
      description =
          "Folder or file with policies and registries; may be repeated. Of a folder only the files"
              + " directly in it are read. They hold beside the custom resources of the cluster."
              + " Default: policies, where it is there")
  private @Nullable List<Path> policies;

  @Option(
      names = "--kinds",
      paramLabel = "FILE",
      defaultValue = "${env:PULLGATE_KINDS:-_NULL_}",
      description =
          "File that says where images stand in custom kinds such as Argo's Rollout; may be repeated."
              + " See docs/custom-kinds.md")
  private @Nullable List<Path> kinds;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      defaultValue = "${env:PULLGATE_KUBECONFIG:-_NULL_}",
      description = "Default: KUBECONFIG, ~/.kube/config, or the pod's service account.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      defaultValue = "${env:PULLGATE_CONTEXT:-_NULL_}",
      description = "Context of the kubeconfig. Default: its current one.")
  private @Nullable String context;

  @Option(
      names = "--standalone",
      defaultValue = "${env:PULLGATE_STANDALONE:-false}",
      description = "Run without a cluster, on the files alone.")
  private boolean standalone;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:PULLGATE_PORT:-8443}",
      description = "Port of the webhooks, HTTPS. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      defaultValue = "${env:PULLGATE_MANAGEMENT_PORT:-9000}",
      description = "Port of health and metrics, plain HTTP. Default: ${DEFAULT-VALUE}")
  private int managementPort;

  @Option(
      names = "--webhook-url",
      paramLabel = "URL",
      defaultValue = "${env:PULLGATE_WEBHOOK_URL:-_NULL_}",
      description =
          "For a gate outside the cluster: where the API server reaches it; /mutate and /validate"
              + " are appended.")
  private @Nullable URI webhookUrl;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      defaultValue = "${env:PULLGATE_ADDRESS:-_NULL_}",
      description =
          "Address to bind to. Default: 127.0.0.1 with --standalone or a --webhook-url on loopback,"
              + " else all.")
  private @Nullable String address;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "${env:PULLGATE_NAMESPACE:-${env:POD_NAMESPACE:-pullgate-system}}",
      description =
          "The gate's own namespace, which keeps its certificates. Default: POD_NAMESPACE, else"
              + " pullgate-system")
  private String namespace = "";

  @Option(
      names = "--failure-policy",
      paramLabel = "Ignore|Fail",
      defaultValue = "${env:PULLGATE_FAILURE_POLICY:-Ignore}",
      description =
          "What the API server does when the gate does not answer. Default: ${DEFAULT-VALUE}")
  private FailurePolicy failurePolicy = FailurePolicy.Ignore;

  @Option(
      names = "--certificates",
      paramLabel = "DIR",
      defaultValue = "${env:PULLGATE_CERTIFICATES:-_NULL_}",
      description =
          "Folder that keeps the certificates of a standalone gate. Default: pullgate/certificates"
              + " in the user's state folder")
  private @Nullable Path certificates;

  enum FailurePolicy {
    Ignore,
    Fail
  }

  ServeCommand(ServerStart server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    requirePort("--port", port);
    requirePort("--management-port", managementPort);
    if (webhookUrl != null) {
      requireHttps(webhookUrl);
    }
    if (standalone && (kubeconfig != null || context != null || webhookUrl != null)) {
      throw unusable(
          "--standalone runs without a cluster, so --kubeconfig, --context and --webhook-url do not"
              + " go with it");
    }
    return server.run(
        new ServeOptions(
            policies == null ? List.of() : policies,
            kinds == null ? List.of() : kinds,
            Optional.ofNullable(kubeconfig),
            Optional.ofNullable(context),
            standalone,
            port,
            managementPort,
            Optional.ofNullable(webhookUrl),
            Optional.ofNullable(address),
            namespace,
            failurePolicy.name(),
            Optional.ofNullable(certificates)));
  }

  private void requirePort(String option, int value) {
    if (value < 0 || value > MAX_PORT) {
      throw unusable(option + " " + value + ": a port is between 0 and " + MAX_PORT);
    }
  }

  private void requireHttps(URI url) {
    if (!"https".equals(url.getScheme())
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw unusable(
          "--webhook-url "
              + url
              + ": the API server takes only https://host[:port][/path], without user, query and"
              + " fragment");
    }
  }

  private ParameterException unusable(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
