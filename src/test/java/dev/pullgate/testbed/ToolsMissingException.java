package dev.pullgate.testbed;

/// A program the test bed needs is not on this machine. The message is one line that says which,
/// and how to get it: fit as the reason of a skipped test.
public final class ToolsMissingException extends TestBedException {
  private static final long serialVersionUID = 1L;

  public ToolsMissingException(String message) {
    super(message);
  }
}
