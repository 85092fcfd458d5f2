package dev.pullgate.credential;

/// Content of a pull secret at which the kubelet fails. The reason never quotes the content.
final class MalformedPullSecretException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  MalformedPullSecretException(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
