package dev.pullgate.testbed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A token issuer on loopback, by HTTPS, as Docker Hub, GitLab or Harbor have one. Whoever asks for
/// more than is permitted gets a token for what is; only a wrong login is an error.
///
/// @see <a href="https://distribution.github.io/distribution/spec/auth/token/">token
///   authentication</a>
public final class TokenIssuer implements AutoCloseable {
  private static final String PATH = "/token";
  private static final String ANYBODY = "";
  private static final String ANY_REPOSITORY = "*";
  private static final Pattern SCOPE = Pattern.compile("repository:([a-z0-9._/-]+):([a-z,]+)");

  private final LoopbackTls tls;
  private final TokenSigner signer = new TokenSigner();
  private final HttpsServer server;
  private final Map<String, Credentials> accounts = new ConcurrentHashMap<>();
  private final Set<Grant> grants = ConcurrentHashMap.newKeySet();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile int refusedForms;

  /// One request that came in.
  ///
  /// @param method such as "GET"
  /// @param query as sent; of a form the service and the scope
  /// @param login whether it carried one, right or wrong
  public record Request(String method, String query, boolean login) {}

  private record Grant(String account, String repository, String action) {}

  private TokenIssuer(LoopbackTls tls) {
    this.tls = tls;
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new TestBedException("no free port: " + e.getMessage(), e);
    }
    server.setHttpsConfigurator(new HttpsConfigurator(tls.serverContext()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(PATH, this::answer);
    server.start();
  }

  /// Starts an issuer that permits nothing yet.
  ///
  /// @param parent it ends with this at the latest
  public static TokenIssuer start(Workspace parent, LoopbackTls tls) {
    return parent.adopt(new TokenIssuer(tls));
  }

  /// Permits an account to do something with a repository.
  ///
  /// @param repository such as "team/app", or "*" for all
  /// @param actions such as "pull", "push"; none for an account that may do nothing
  public void permit(Credentials account, String repository, String... actions) {
    accounts.put(account.username(), account);
    for (String action : actions) {
      grants.add(new Grant(account.username(), repository, action));
    }
  }

  /// Permits everybody to pull from a repository.
  public void permitAnybody(String repository) {
    grants.add(new Grant(ANYBODY, repository, "pull"));
  }

  /// Answers every form (the POST of OAuth2) with a status, as issuers do that know GET alone.
  ///
  /// @param status such as 405, or 0 to take forms
  public void refuseForms(int status) {
    refusedForms = status;
  }

  /// Where it listens, such as "localhost:41234". By name, since crane takes no realm at an address
  /// of a private network but for the registry's own.
  public String host() {
    return "localhost:" + server.getAddress().getPort();
  }

  /// The requests so far, in order; the test bed's own pushes among them.
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /// The certificate that it serves with.
  LoopbackTls tls() {
    return tls;
  }

  /// The key set by which a registry knows its tokens.
  String keySet() {
    return signer.keySet();
  }

  /// The registry's part of the arrangement, in its configuration.
  String configuration(String keySetFile) {
    return """
    auth:
      token:
        realm: "https://%s%s"
        issuer: %s
        service: %s
        jwks: "%s"
    """
        .formatted(host(), PATH, TokenSigner.ISSUER, TokenSigner.AUDIENCE, keySetFile);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (exchange.getRequestMethod().equals("POST")) {
        answerForm(exchange, form);
      } else {
        answerQuery(exchange);
      }
    }
  }

  private void answerQuery(HttpExchange exchange) throws IOException {
    String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    String login =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    requests.add(new Request("GET", query, !login.isEmpty()));
    Optional<String> account = login.isEmpty() ? Optional.of(ANYBODY) : account(login);
    if (account.isEmpty()) {
      exchange.sendResponseHeaders(401, -1);
    } else {
      send(exchange, "token", signer.token(account.get(), access(account.get(), query)));
    }
  }

  /// See <https://distribution.github.io/distribution/spec/auth/oauth/>.
  private void answerForm(HttpExchange exchange, String form) throws IOException {
    String query =
        Stream.of(form.split("&", -1))
            .filter(field -> field.startsWith("service=") || field.startsWith("scope="))
            .collect(Collectors.joining("&"));
    requests.add(new Request("POST", query, true));
    Optional<String> account =
        accounts.values().stream()
            .filter(it -> field(form, "username").equals(it.username()))
            .filter(it -> field(form, "password").equals(it.password()))
            .map(Credentials::username)
            .findFirst();
    if (refusedForms != 0) {
      exchange.sendResponseHeaders(refusedForms, -1);
    } else if (!field(form, "grant_type").equals("password")
        || field(form, "client_id").isEmpty()) {
      exchange.sendResponseHeaders(400, -1);
    } else if (account.isEmpty()) {
      exchange.sendResponseHeaders(401, -1);
    } else {
      send(exchange, "access_token", signer.token(account.get(), access(account.get(), query)));
    }
  }

  private static String field(String form, String name) {
    return Stream.of(form.split("&", -1))
        .filter(field -> field.startsWith(name + "="))
        .map(field -> URLDecoder.decode(field.substring(name.length() + 1), StandardCharsets.UTF_8))
        .findFirst()
        .orElse("");
  }

  private static void send(HttpExchange exchange, String name, String token) throws IOException {
    byte[] body =
        "{\"%s\":\"%s\",\"expires_in\":%d}"
            .formatted(name, token, TokenSigner.LIFETIME.toSeconds())
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private Optional<String> account(String authorization) {
    return accounts.values().stream()
        .filter(account -> authorization.equals(basic(account)))
        .map(Credentials::username)
        .findFirst();
  }

  private static String basic(Credentials account) {
    String login = account.username() + ":" + account.password();
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  /// What is permitted of what is asked for, by repository.
  private Map<String, List<String>> access(String account, String query) {
    return scopes(query)
        .map(SCOPE::matcher)
        .filter(Matcher::matches)
        .collect(
            Collectors.toMap(
                scope -> scope.group(1),
                scope ->
                    Stream.of(scope.group(2).split(",", -1))
                        .filter(action -> permits(account, scope.group(1), action))
                        .toList(),
                (first, _) -> first));
  }

  private boolean permits(String account, String repository, String action) {
    return grants.contains(new Grant(account, repository, action))
        || grants.contains(new Grant(account, ANY_REPOSITORY, action))
        || grants.contains(new Grant(ANYBODY, repository, action));
  }

  private static Stream<String> scopes(String query) {
    return Arrays.stream(query.split("&", -1))
        .filter(parameter -> parameter.startsWith("scope="))
        .map(parameter -> parameter.substring(parameter.indexOf('=') + 1))
        .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8))
        .flatMap(value -> Arrays.stream(value.split(" ", -1)));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  @Override
  public String toString() {
    return "token issuer on " + host();
  }
}
