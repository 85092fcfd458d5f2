package dev.pullgate.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pullgate.credential.Credential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Gets tokens of an issuer, as containerd does: with a login by the POST of OAuth2, and by GET
/// where the issuer has none; anonymously by GET.
///
/// @see <a
///   href="https://github.com/containerd/containerd/blob/v2.2.1/core/remotes/docker/authorizer.go">authorizer.go</a>
/// @see <a
///   href="https://distribution.github.io/distribution/spec/auth/token/#requesting-a-token">token
///   specification</a>
final class TokenExchange {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{1,16384}");
  private static final int DEFAULT_SECONDS = 60;

  /// How issuers say that they know no POST: 404 was Google's, 401 is Artifactory's, 400 Azure's.
  private static final Set<Integer> NO_POST = Set.of(400, 401, 404, 405);

  private final Requests requests;

  TokenExchange(Requests requests) {
    this.requests = requests;
  }

  TokenAnswer fetch(TokenRequest request) throws IOException {
    if (request.credential().isPresent()) {
      Answer answer = post(request);
      if (!NO_POST.contains(answer.status())) {
        return read(request, answer);
      }
    }
    return read(request, get(request));
  }

  private Answer post(TokenRequest request) throws IOException {
    return requests.send(
        new Outgoing(
            "POST",
            request.realm(),
            Map.of("Accept", "application/json"),
            request.form(),
            Outgoing.SMALL_BODY));
  }

  private Answer get(TokenRequest request) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", "application/json");
    request
        .credential()
        .ifPresent(login -> headers.put("Authorization", basicAuthorization(login)));
    return requests.send(new Outgoing("GET", request.uri(), headers, "", Outgoing.SMALL_BODY));
  }

  /// The header's value for a password challenge.
  static String basicAuthorization(Credential credential) {
    String login = credential.username() + ":" + credential.password();
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  private static TokenAnswer read(TokenRequest request, Answer answer) throws IOException {
    if (answer.success()) {
      return token(MAPPER.readTree(answer.body().text()));
    }
    return switch (answer.status()) {
      case 401, 403 -> new TokenAnswer.Refused(answer.status());
      case 429 -> new TokenAnswer.Limited();
      default ->
          new TokenAnswer.Unusable(
              "has a token issuer ("
                  + request.realm().getHost()
                  + ") that answered "
                  + answer.status());
    };
  }

  /// `token` and `access_token` mean the same; where both stand, containerd takes the latter.
  private static TokenAnswer token(JsonNode body) {
    String access = body.path("access_token").asText("");
    String token = access.isEmpty() ? body.path("token").asText("") : access;
    if (!TOKEN.matcher(token).matches()) {
      return new TokenAnswer.Unusable("has a token issuer whose answer holds no token");
    }
    long seconds = body.path("expires_in").asLong(0);
    return new TokenAnswer.Issued(
        token, Duration.ofSeconds(seconds == 0 ? DEFAULT_SECONDS : Math.clamp(seconds, 0, 86_400)));
  }
}
