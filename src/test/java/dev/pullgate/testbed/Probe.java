package dev.pullgate.testbed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Asks a starting process once whether it is ready.
@FunctionalInterface
interface Probe {
  Duration TIMEOUT = Duration.ofSeconds(2);

  /// Returns when ready; throws, with what is amiss, when not yet.
  void check() throws IOException, InterruptedException;

  /// Ready when a request is answered with 200 and a body that contains the text. That somebody
  /// accepts a connection proves nothing: another process may have taken the port.
  static Probe http(HttpClient client, HttpRequest request, String text) {
    return () -> {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200 || !response.body().contains(text)) {
        throw new IOException(request.uri().getPath() + " answered " + response.statusCode());
      }
    };
  }

  /// A request for {@link #http}, a GET unless told otherwise.
  static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(TIMEOUT);
  }
}
