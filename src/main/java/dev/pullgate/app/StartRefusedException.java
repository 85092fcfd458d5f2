package dev.pullgate.app;

/// The server cannot start with what it was given. The message is for the operator.
final class StartRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  StartRefusedException(Exception cause, int exitCode) {
    super(cause.getMessage(), cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
