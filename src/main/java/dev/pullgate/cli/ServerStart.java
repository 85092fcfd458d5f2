package dev.pullgate.cli;

/// Starts the server; the command line itself knows nothing of it.
public interface ServerStart {
  /// Runs until it is stopped.
  ///
  /// @return the exit code
  int run(ServeOptions options);
}
