package dev.pullgate.registry;

import java.io.IOException;

/// Sees every request that is sent to a registry or its token issuer.
interface RequestObserver {
  /// One request.
  interface Request {
    Answer send() throws IOException;
  }

  /// Sends the request and notes how it went.
  ///
  /// @param registry of the image
  Answer observe(String registry, String method, Request request) throws IOException;
}
