package dev.pullgate.testbed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The kubectl of the machine, with a kubeconfig of the test bed: a test sees what a user would
/// see.
public final class Kubectl {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final Path program;
  private final Workspace workspace;
  private final Path kubeconfig;

  private Kubectl(Path program, Workspace workspace, Path kubeconfig) {
    this.program = program;
    this.workspace = workspace;
    this.kubeconfig = kubeconfig;
  }

  /// kubectl with the kubeconfig of a user; its cache is in the workspace.
  ///
  /// @throws ToolsMissingException when kubectl is not on the `PATH`
  public static Kubectl with(Path kubeconfig, Workspace workspace) {
    Path program =
        Tools.onPath("kubectl")
            .orElseThrow(() ->
                new ToolsMissingException(
                    "kubectl is not on the PATH: see https://kubernetes.io/docs/tasks/tools"));
    return new Kubectl(program, workspace, kubeconfig);
  }

  /// Runs kubectl with arguments such as "get", "pods". Ends within two minutes, or fails.
  public CommandResult run(String... arguments) {
    return runWithInput("", arguments);
  }

  /// As {@link #run}, with all of standard input: for "apply", "-f", "-".
  public CommandResult runWithInput(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(workspace.folder().toFile());
    Map<String, String> environment = builder.environment();
    environment.put("KUBECONFIG", kubeconfig.toString());
    environment.put("KUBECACHEDIR", workspace.folder().resolve("kubectl-cache").toString());
    environment.put("KUBERC", "off");
    return workspace.run("kubectl", builder, input, TIMEOUT);
  }
}
