package dev.pullgate.image;

/// Thrown for text that is no image reference. The message is one clause that can follow the text,
/// for example `repository name must be lowercase`.
public final class InvalidReferenceException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidReferenceException(String message) {
    super(message);
  }
}
