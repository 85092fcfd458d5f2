package dev.pullgate.registry;

import java.net.UnknownHostException;

/// A host whose addresses the gate does not connect to. It is an [UnknownHostException] because
/// that is all that a resolver may throw.
final class ForbiddenAddressException extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  ForbiddenAddressException(String host) {
    super(host);
  }
}
