package dev.pullgate.registry;

import java.net.URI;
import java.util.Map;

/// One request to send. Never printed in full: it may hold a credential.
///
/// @param method `HEAD`, `GET` or `POST`
/// @param form the body of a POST, URL-encoded; else empty
/// @param maxBody bytes of an answer that are read; a longer one is no answer
record Outgoing(String method, URI uri, Map<String, String> headers, String form, int maxBody) {
  /// Far more than a token or an error takes.
  static final int SMALL_BODY = 256 * 1024;

  /// What runtimes read of a manifest.
  ///
  /// @see <a
  ///   href="https://github.com/containerd/containerd/blob/v2.2.1/core/remotes/docker/resolver.go">MaxManifestSize</a>
  static final int MANIFEST_BODY = 4 * 1024 * 1024;

  Outgoing {
    headers = Map.copyOf(headers);
  }

  @Override
  public String toString() {
    return "Outgoing[" + method + " " + uri + "]";
  }
}
