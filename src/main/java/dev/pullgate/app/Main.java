package dev.pullgate.app;

import dev.pullgate.cli.PullgateCommand;
import dev.pullgate.cli.ServeOptions;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The entry of the program. The command line is read before Quarkus starts, and Quarkus starts
/// only to serve.
@QuarkusMain
public final class Main {
  Main() {}

  /// Runs the command line and ends the process with its exit code.
  public static void main(String... arguments) {
    System.exit(PullgateCommand.commandLine(Main::serve).execute(arguments));
  }

  private static int serve(ServeOptions options) {
    if (!options.policies().isEmpty()) {
      set("pullgate.policies", joined(options.policies()));
    }
    if (!options.kinds().isEmpty()) {
      set("pullgate.kinds", joined(options.kinds()));
    }
    set("pullgate.standalone", Boolean.toString(options.standalone()));
    options.kubeconfig().ifPresent(path -> set("pullgate.kubeconfig", path.toString()));
    options.context().ifPresent(name -> set("pullgate.context", name));
    options.webhookUrl().ifPresent(url -> set("pullgate.webhook-url", url.toString()));
    options.certificates().ifPresent(path -> set("pullgate.certificates", path.toString()));
    set("pullgate.namespace", options.namespace());
    set("pullgate.failure-policy", options.failurePolicy());
    String address = options.address().orElseGet(() -> BindAddress.of(options));
    set("quarkus.http.host", address);
    set("quarkus.management.host", address);
    set("quarkus.http.ssl-port", Integer.toString(options.port()));
    set("quarkus.management.port", Integer.toString(options.managementPort()));
    Quarkus.run(null, Main::exit);
    return 0;
  }

  /// Ends the process; what stopped the start is said in a line, without a stack trace.
  private static void exit(int code, @Nullable Throwable cause) {
    if (cause == null) {
      System.exit(code);
    }
    int exitCode = PullgateCommand.EXIT_NOT_DONE;
    String message = "the server cannot start: " + cause;
    for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
      if (reason instanceof StartRefusedException refused) {
        exitCode = refused.exitCode();
        message = String.valueOf(refused.getMessage());
      } else if (reason instanceof BindException taken) {
        message =
            "a port is in use by another process ("
                + taken.getMessage()
                + "); choose others with --port and --management-port";
      }
    }
    System.err.println("pullgate: " + message);
    System.exit(exitCode);
  }

  /// A comma separates the elements of a list.
  private static String joined(List<Path> paths) {
    return paths.stream()
        .map(path -> path.toString().replace("\\", "\\\\").replace(",", "\\,"))
        .collect(Collectors.joining(","));
  }

  private static void set(String name, String value) {
    System.setProperty(name, value.replace("$", "\\$"));
  }
}
