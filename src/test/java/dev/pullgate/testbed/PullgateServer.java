package dev.pullgate.testbed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The built `target/bin/pullgate serve` as a process of its own, on free loopback ports. No name
/// but `localhost` has an address for it, so that it can ask nobody outside this machine.
public final class PullgateServer implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 3;
  private static final String READY_TEXT = "\"webhooksRegistered\": true";

  private final Workspace workspace;
  private final BackgroundProcess process;
  private final int port;
  private final int managementPort;
  private final Duration startToReady;

  private PullgateServer(
      Workspace workspace,
      BackgroundProcess process,
      int port,
      int managementPort,
      Duration startToReady) {
    this.workspace = workspace;
    this.process = process;
    this.port = port;
    this.managementPort = managementPort;
    this.startToReady = startToReady;
  }

  /// Which names have an address for the server.
  public enum Names {
    /// Only `localhost`: it can ask nobody outside this machine.
    LOCALHOST,
    /// Those that the machine knows.
    ALL
  }

  /// Starts it without a cluster.
  ///
  /// @param name of its folder in the workspace
  public static PullgateServer standalone(
      Workspace parent, String name, List<Path> policies, Names names) {
    Workspace workspace = parent.nested(name);
    return start(
        workspace,
        names,
        policies,
        port ->
            List.of(
                "--standalone",
                "--certificates",
                workspace.folder().resolve("certificates").toString()));
  }

  /// Starts it outside of a cluster that calls it by URL, and waits until its webhooks are
  /// registered. No name but `localhost` has an address for it.
  ///
  /// @param kubeconfig with the rights to register
  /// @param more arguments
  public static PullgateServer forCluster(
      Workspace parent, String name, Path kubeconfig, List<Path> policies, String... more) {
    return start(
        parent.nested(name),
        Names.LOCALHOST,
        policies,
        port -> {
          List<String> arguments = new ArrayList<>(List.of("--kubeconfig", kubeconfig.toString()));
          arguments.addAll(List.of("--webhook-url", "https://127.0.0.1:" + port));
          arguments.addAll(List.of(more));
          return arguments;
        });
  }

  private interface MoreArguments {
    List<String> forPort(int port);
  }

  private static PullgateServer start(
      Workspace workspace, Names names, List<Path> policies, MoreArguments arguments) {
    for (int attempt = 1; ; attempt++) {
      int port = Workspace.freePort();
      int managementPort = Workspace.freePort();
      List<String> all =
          new ArrayList<>(
              List.of("--port", String.valueOf(port), "--management-port", "" + managementPort));
      policies.forEach(folder -> all.addAll(List.of("--policies", folder.toString())));
      all.addAll(arguments.forPort(port));
      long begin = System.nanoTime();
      BackgroundProcess process =
          workspace.start("serve-" + attempt, command(workspace, names, all));
      try {
        process.awaitReady(ready(managementPort), READY);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        return new PullgateServer(workspace, process, port, managementPort, took);
      } catch (TestBedException e) {
        if (attempt == ATTEMPTS || !process.lostItsPort()) {
          throw e;
        }
      }
    }
  }

  /// Runs `pullgate` with arguments to its end, in the same surroundings as the server.
  public static CommandResult run(Workspace workspace, List<String> arguments) {
    return workspace.run("pullgate", launcher(workspace, Names.LOCALHOST, arguments), "", READY);
  }

  private static ProcessBuilder command(Workspace workspace, Names names, List<String> arguments) {
    List<String> serve = new ArrayList<>(List.of("serve"));
    serve.addAll(arguments);
    return launcher(workspace, names, serve);
  }

  private static ProcessBuilder launcher(Workspace workspace, Names names, List<String> arguments) {
    Path program = ProjectRoot.find().resolve("target").resolve("bin").resolve("pullgate");
    if (!Files.isExecutable(program)) {
      throw new TestBedException(program + " is missing; build it with: make build");
    }
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = workspace.isolated(command);
    Map<String, String> environment = builder.environment();
    environment.put("PULLGATE_JAVA_HOME", System.getProperty("java.home"));
    if (names == Names.LOCALHOST) {
      environment.put("PULLGATE_JAVA_OPTS", "-Djdk.net.hosts.file=" + hosts(workspace));
    }
    return builder;
  }

  private static Path hosts(Workspace workspace) {
    Path file = workspace.folder().resolve("hosts");
    try {
      return Files.writeString(file, "127.0.0.1 localhost\n");
    } catch (IOException e) {
      throw new TestBedException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static Probe ready(int managementPort) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Probe.TIMEOUT).build();
    URI uri = URI.create("http://127.0.0.1:" + managementPort + "/q/health/ready");
    return Probe.http(client, Probe.request(uri).build(), READY_TEXT);
  }

  /// Where the webhooks are, without a path.
  public URI url() {
    return URI.create("https://127.0.0.1:" + port);
  }

  /// Where health and metrics are, without a path.
  public URI management() {
    return URI.create("http://127.0.0.1:" + managementPort);
  }

  /// The authority of a standalone server's certificate, as PEM.
  public Path authority() {
    return workspace.folder().resolve("certificates").resolve("ca.crt");
  }

  /// From the start of the process to its first answer that it is ready.
  public Duration startToReady() {
    return startToReady;
  }

  /// The memory of the process that is in use now, in bytes, on Linux.
  public long residentBytes() {
    return process.residentBytes();
  }

  /// What it wrote.
  public Path log() {
    return process.log();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
