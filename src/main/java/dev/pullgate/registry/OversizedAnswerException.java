package dev.pullgate.registry;

import java.io.IOException;

/// A body over the bound.
final class OversizedAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  OversizedAnswerException() {
    super("the body is larger than is read");
  }
}
