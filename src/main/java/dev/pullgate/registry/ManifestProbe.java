package dev.pullgate.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pullgate.credential.Credential;
import dev.pullgate.credential.CredentialSource;
import dev.pullgate.image.Digest;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.MediaType;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.Deadline;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hc.core5.util.Timeout;

/// Asks one registry for one manifest, by HEAD and with the access that containerd would use.
///
/// @see <a
///   href="https://github.com/containerd/containerd/blob/v2.2.1/core/remotes/docker/authorizer.go">authorizer.go</a>
final class ManifestProbe {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{1,16384}");
  private static final int MAX_REDIRECTS = 3;

  private final Transport transport;
  private final RequestObserver observer;
  private final Predicate<String> declared;
  private final ImageReference reference;
  private final RegistrySettings settings;
  private final Endpoint endpoint;
  private final Deadline deadline;

  /// Who was asked last: the registry, its token issuer, or the target of a redirect.
  private String asked;

  ManifestProbe(
      Transport transport,
      RequestObserver observer,
      Predicate<String> declared,
      ImageReference reference,
      RegistrySettings settings,
      Deadline deadline) {
    this.transport = transport;
    this.observer = observer;
    this.declared = declared;
    this.reference = reference;
    this.settings = settings;
    this.endpoint = Endpoint.of(reference, settings);
    this.deadline = deadline;
    this.asked = endpoint.host();
  }

  /// Asks without a login first, then with each credential in turn.
  Resolution run(List<Credential> credentials) {
    if (!endpoint.connectable()) {
      return new Resolution.Unreachable(
          endpoint.host(), Resolution.Cause.CONNECT, "is no address to which one can connect");
    }
    try {
      Answer answer = head(Optional.empty());
      if (answer.status() != 401) {
        return outcome(answer, Access.ANONYMOUS);
      }
      Optional<Challenge> challenge = Challenge.choose(answer.headers("www-authenticate"));
      if (challenge.isEmpty()) {
        return new Resolution.RegistryError(
            endpoint.host(), "answered 401 without a challenge that is known");
      }
      if (credentials.isEmpty()) {
        return attempt(challenge.get(), Optional.empty());
      }
      return withEach(challenge.get(), credentials);
    } catch (IOException e) {
      return Failures.of(asked, e, settings.timeout().toMillis());
    }
  }

  private Resolution withEach(Challenge challenge, List<Credential> credentials)
      throws IOException {
    Optional<Resolution> best = Optional.empty();
    for (Credential credential : credentials) {
      Resolution outcome = attempt(challenge, Optional.of(credential));
      if (outcome instanceof Resolution.Found) {
        return best.map(earlier -> joined(earlier, outcome)).orElse(outcome);
      }
      best = Optional.of(best.map(earlier -> stronger(earlier, outcome)).orElse(outcome));
    }
    return best.orElseThrow();
  }

  /// Of two failures the one that says more: missing proof keeps the whole unproven, and an answer
  /// behind an accepted login says more than a refused login.
  private static Resolution stronger(Resolution earlier, Resolution outcome) {
    return weight(outcome) >= weight(earlier) ? joined(earlier, outcome) : earlier;
  }

  /// An answer after a refusal names the logins of both.
  private static Resolution joined(Resolution earlier, Resolution outcome) {
    if (!(earlier instanceof Resolution.Refused refused)) {
      return outcome;
    }
    return switch (outcome) {
      case Resolution.Found found ->
          new Resolution.Found(
              found.host(),
              found.foundDigest(),
              found.mediaType(),
              joined(refused.access(), found.access()));
      case Resolution.Refused again ->
          new Resolution.Refused(
              again.host(), again.status(), joined(refused.access(), again.access()));
      case Resolution.Absent _, Resolution.Inconclusive _ -> outcome;
    };
  }

  private static Access joined(Access earlier, Access later) {
    List<CredentialSource> sent = new ArrayList<>(earlier.sent());
    sent.addAll(later.sent());
    return new Access(sent);
  }

  private static int weight(Resolution outcome) {
    return switch (outcome) {
      case Resolution.Found _ -> 3;
      case Resolution.Inconclusive _ -> 2;
      case Resolution.Absent _ -> 1;
      case Resolution.Refused _ -> 0;
    };
  }

  private Resolution attempt(Challenge challenge, Optional<Credential> credential)
      throws IOException {
    Access access =
        credential.map(login -> new Access(List.of(login.source()))).orElse(Access.ANONYMOUS);
    return switch (challenge) {
      case Challenge.Basic _ -> basic(credential, access);
      case Challenge.Bearer bearer -> bearer(bearer, credential, access);
    };
  }

  private Resolution basic(Optional<Credential> credential, Access access) throws IOException {
    Optional<Credential> complete =
        credential.filter(login -> !login.username().isEmpty() && !login.password().isEmpty());
    if (complete.isEmpty()) {
      return new Resolution.Refused(endpoint.host(), 401, access);
    }
    return outcome(head(Optional.of(basicAuthorization(complete.get()))), access);
  }

  private static String basicAuthorization(Credential credential) {
    String login = credential.username() + ":" + credential.password();
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  private Resolution bearer(
      Challenge.Bearer challenge, Optional<Credential> credential, Access access)
      throws IOException {
    TokenRequest request;
    try {
      request =
          TokenRequest.of(
              challenge,
              endpoint.manifest(reference),
              reference.repository(),
              settings,
              credential,
              declared);
    } catch (TokenRequest.RefusedRealmException e) {
      return new Resolution.RegistryError(endpoint.host(), e.reason());
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", "application/json");
    request
        .credential()
        .ifPresent(login -> headers.put("Authorization", basicAuthorization(login)));
    Answer answer = send("GET", request.uri(), headers);
    if (answer.status() != 200) {
      return tokenRefused(request, answer, access);
    }
    Optional<String> token = token(answer);
    if (token.isEmpty()) {
      return new Resolution.RegistryError(
          endpoint.host(), "has a token issuer whose answer holds no token");
    }
    return outcome(head(Optional.of("Bearer " + token.get())), access);
  }

  private Resolution tokenRefused(TokenRequest request, Answer answer, Access access) {
    return switch (answer.status()) {
      case 401, 403 -> new Resolution.Refused(endpoint.host(), answer.status(), access);
      case 429 ->
          new Resolution.RateLimited(endpoint.host(), "limits requests (its token issuer: 429)");
      default ->
          new Resolution.RegistryError(
              endpoint.host(),
              "has a token issuer ("
                  + request.uri().getHost()
                  + ") that answered "
                  + answer.status());
    };
  }

  private static Optional<String> token(Answer answer) throws IOException {
    JsonNode body = MAPPER.readTree(answer.body());
    if (body == null) {
      return Optional.empty();
    }
    String token = body.path("token").asText("");
    String chosen = token.isEmpty() ? body.path("access_token").asText("") : token;
    return Optional.of(chosen).filter(text -> TOKEN.matcher(text).matches());
  }

  private Resolution outcome(Answer answer, Access access) {
    String host = endpoint.host();
    return switch (answer.status()) {
      case 200 -> found(answer, access);
      case 401, 403 -> new Resolution.Refused(host, answer.status(), access);
      case 404 -> new Resolution.Absent(host, 404, access);
      case 429 -> new Resolution.RateLimited(host, "limits requests (429)");
      default -> new Resolution.RegistryError(host, "answered " + answer.status());
    };
  }

  private Resolution found(Answer answer, Access access) {
    String type = answer.header("content-type").orElse("");
    String mediaType = (type.contains(";") ? type.substring(0, type.indexOf(';')) : type).strip();
    if (!mediaType.isEmpty() && !MediaType.MANIFESTS.contains(mediaType)) {
      return new Resolution.RegistryError(
          endpoint.host(), "answered 200 with something that is no image manifest");
    }
    Digest digest = answer.header("docker-content-digest").flatMap(Digest::parse).orElse(null);
    return new Resolution.Found(endpoint.host(), digest, mediaType, access);
  }

  /// Follows a few redirects by hand, since a login must not follow to another host.
  private Answer head(Optional<String> authorization) throws IOException {
    URI uri = endpoint.manifest(reference);
    URI first = uri;
    for (int hop = 0; ; hop++) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("Accept", String.join(", ", MediaType.MANIFESTS));
      if (authorization.isPresent() && uri.getAuthority().equals(first.getAuthority())) {
        headers.put("Authorization", authorization.get());
      }
      Answer answer = send("HEAD", uri, headers);
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

  private Answer send(String method, URI uri, Map<String, String> headers) throws IOException {
    asked = uri.getAuthority();
    Duration time =
        settings.timeout().compareTo(deadline.remaining()) < 0
            ? settings.timeout()
            : deadline.remaining();
    return observer.observe(
        reference.registry(),
        method,
        () -> transport.send(method, uri, headers, Timeout.of(time.plusMillis(1))));
  }
}
