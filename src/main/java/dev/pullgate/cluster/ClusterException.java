package dev.pullgate.cluster;

/// The cluster cannot be used. The message is a sentence or two for the operator, with what to do.
public final class ClusterException extends Exception {
  private static final long serialVersionUID = 1L;

  /// Takes the sentence.
  public ClusterException(String message) {
    super(message);
  }
}
