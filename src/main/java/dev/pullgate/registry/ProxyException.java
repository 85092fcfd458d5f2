package dev.pullgate.registry;

import java.io.IOException;

/// A request that did not get past the proxy.
final class ProxyException extends IOException {
  private static final long serialVersionUID = 1L;

  ProxyException(String message) {
    super(message);
  }
}
