package dev.pullgate.registry;

import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.Deadline;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.util.Timeout;

/// Sends the requests of one question, one after the other, each within what is left of its time.
final class Requests {
  private static final int MAX_REDIRECTS = 3;

  private final Transport transport;
  private final RequestObserver observer;
  private final CountingRegistries counting;
  private final String registry;
  private final RegistrySettings settings;
  private final Deadline deadline;

  /// Who was asked last: the registry, its token issuer, or the target of a redirect.
  private String asked;

  /// Takes the registry of the image.
  Requests(
      Transport transport,
      RequestObserver observer,
      CountingRegistries counting,
      String registry,
      RegistrySettings settings,
      Deadline deadline) {
    this.transport = transport;
    this.observer = observer;
    this.counting = counting;
    this.registry = registry;
    this.settings = settings;
    this.deadline = deadline;
    this.asked = registry;
  }

  Deadline deadline() {
    return deadline;
  }

  /// Whether the registry has said that it counts reads of manifests.
  boolean counted() {
    return counting.counts(registry);
  }

  /// What the failure of the last request means.
  Resolution.Inconclusive failure(IOException failure) {
    return Failures.of(asked, failure, settings.timeout().toMillis());
  }

  /// Notes who is asked, where somebody else sends the request.
  void asking(URI uri) {
    asked = uri.getAuthority();
  }

  Answer send(Outgoing request) throws IOException {
    asking(request.uri());
    Duration left = deadline.remaining();
    Duration time = settings.timeout().compareTo(left) < 0 ? settings.timeout() : left;
    Answer answer =
        observer.observe(
            registry,
            request.method(),
            () -> transport.send(request, Timeout.of(time.plusMillis(1))));
    if (answer.countsPulls()) {
      counting.note(registry);
    }
    return answer;
  }

  /// Follows a few redirects by hand, since a login must not follow to another host.
  ///
  /// @param authorization for the first host only
  /// @param maxBody as in [Outgoing]
  Answer follow(
      String method, URI first, String accept, Optional<String> authorization, int maxBody)
      throws IOException {
    URI uri = first;
    for (int hop = 0; ; hop++) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("Accept", accept);
      if (authorization.isPresent()
          && uri.getScheme().equals(first.getScheme())
          && uri.getAuthority().equals(first.getAuthority())) {
        headers.put("Authorization", authorization.get());
      }
      Answer answer = send(new Outgoing(method, uri, headers, "", maxBody));
      boolean redirect = answer.status() / 100 == 3;
      Optional<URI> next = redirect ? redirect(uri, answer) : Optional.empty();
      if (next.isEmpty() || hop == MAX_REDIRECTS) {
        return answer;
      }
      uri = next.get();
    }
  }

  private Optional<URI> redirect(URI from, Answer answer) {
    try {
      return answer
          .header("location")
          .map(from::resolve)
          .filter(uri -> uri.getHost() != null && uri.getRawUserInfo() == null)
          .filter(uri ->
              "https".equals(uri.getScheme())
                  || (settings.plainHttp()
                      && "http".equals(uri.getScheme())
                      && uri.getAuthority().equals(from.getAuthority())));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
