package dev.pullgate.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Prints the completion of the shell.
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print the completion script for bash and zsh.",
    footer = {"", "Example:", "  source <(pullgate completion)"})
final class CompletionCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec known = Objects.requireNonNull(spec);
    known.commandLine().getOut().print(AutoComplete.bash("pullgate", known.root().commandLine()));
    known.commandLine().getOut().flush();
    return 0;
  }
}
