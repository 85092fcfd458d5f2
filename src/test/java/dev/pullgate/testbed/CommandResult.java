package dev.pullgate.testbed;

/// How a command ended.
///
/// @param exitCode 0 for success
/// @param stdout all of its standard output, as UTF-8
/// @param stderr all of its standard error, as UTF-8
public record CommandResult(int exitCode, String stdout, String stderr) {
  /// Whether the exit code is 0.
  public boolean succeeded() {
    return exitCode == 0;
  }

  /// The standard output of a command that has to succeed.
  ///
  /// @param what was done, for the error: such as "kubectl apply"
  /// @throws TestBedException with the standard error when it did not
  public String stdoutOrThrow(String what) {
    if (!succeeded()) {
      throw new TestBedException(
          what + " ended with exit code " + exitCode + "\n" + stderr.strip());
    }
    return stdout;
  }
}
