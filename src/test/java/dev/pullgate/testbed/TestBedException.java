package dev.pullgate.testbed;

/// The test bed could not do what was asked. The first line of the message says what failed and is
/// fit for a user; further lines, if any, are the end of the log of the process that failed.
public class TestBedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TestBedException(String message) {
    super(message);
  }

  public TestBedException(String message, Throwable cause) {
    super(message, cause);
  }
}
