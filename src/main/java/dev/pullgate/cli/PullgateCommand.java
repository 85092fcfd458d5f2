package dev.pullgate.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command without a subcommand.
@Command(
    name = "pullgate",
    mixinStandardHelpOptions = true,
    versionProvider = PullgateVersion.class,
    subcommands = HelpCommand.class,
    description = {
      "Knows whether a pod's images will pull, before the pod is scheduled.",
      "",
      "Run 'pullgate COMMAND --help' for the options and examples of a command."
    },
    footer = {"", "Exit codes: 0 fine, 2 unusable input or options, 3 the run could not be done."})
public final class PullgateCommand implements Runnable {
  /// Unusable input or options.
  public static final int EXIT_USAGE = 2;

  /// The run could not be done.
  public static final int EXIT_NOT_DONE = 3;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec known = Objects.requireNonNull(spec);
    throw new ParameterException(known.commandLine(), "a command is missing");
  }

  /// The whole command line.
  public static CommandLine commandLine(ServerStart server) {
    CommandLine line =
        new CommandLine(new PullgateCommand())
            .addSubcommand("serve", new ServeCommand(server))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(PullgateCommand::unexpected);
    line.addSubcommand("completion", new CompletionCommand());
    return line;
  }

  /// A user never sees a stack trace.
  private static int unexpected(Exception bug, CommandLine line, CommandLine.ParseResult parsed) {
    line.getErr()
        .println(
            "pullgate: unexpected "
                + bug.getClass().getSimpleName()
                + "; this is a bug, please report it with the command you ran");
    return EXIT_NOT_DONE;
  }
}
