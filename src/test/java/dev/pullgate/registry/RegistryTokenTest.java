package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.registry.AskingClient.secure;
import static dev.pullgate.testbed.ScriptedServer.body;
import static dev.pullgate.testbed.ScriptedServer.byGet;
import static dev.pullgate.testbed.ScriptedServer.challenge;
import static dev.pullgate.testbed.ScriptedServer.challenging;
import static dev.pullgate.testbed.ScriptedServer.endless;
import static dev.pullgate.testbed.ScriptedServer.manifest;
import static dev.pullgate.testbed.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pullgate.credential.Credential;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.Resolution;
import dev.pullgate.testbed.LoopbackTls;
import dev.pullgate.testbed.ScriptedServer;
import dev.pullgate.testbed.ScriptedServer.Script;
import dev.pullgate.testbed.Workspace;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client in front of token issuers that misbehave, and where its login goes and does not go.
final class RegistryTokenTest {
  private static final Credential LOGIN = login("regcred", "jane", "s3cret");
  private static final String LOGIN_SENT = "Basic amFuZTpzM2NyZXQ=";
  private static final String TOKEN = "{\"access_token\":\"abc\",\"expires_in\":300}";
  private static final String NO_TOKEN = "has a token issuer whose answer holds no token";
  private static final String PROTOCOL = "sent an answer that breaks the protocol";

  private static final Workspace WORKSPACE = Workspace.open("pullgate-registry-test-");
  private static final LoopbackTls TLS = LoopbackTls.make(WORKSPACE, "tls");

  static Stream<Arguments> statuses() {
    return Stream.of(
        arguments(
            "429",
            body(429, "{\"token\":\"SERVER-TEXT\"}"),
            limited("limits requests (its token issuer: 429)")),
        arguments(
            "500",
            body(500, "SERVER-TEXT"),
            error("has a token issuer (127.0.0.1) that answered 500")),
        arguments(
            "a redirect",
            status(302, "Location: /elsewhere"),
            error("has a token issuer (127.0.0.1) that answered 302")),
        arguments("a refusal", body(401, "SERVER-TEXT"), refused(401)),
        arguments("another refusal", body(403, "SERVER-TEXT"), refused(403)));
  }

  static Stream<Arguments> brokenAnswers() {
    return Stream.of(
        arguments("nothing", body(200, ""), error(NO_TOKEN)),
        arguments("another object", body(200, "{\"SERVER-TEXT\":1}"), error(NO_TOKEN)),
        arguments("an array", body(200, "[\"SERVER-TEXT\"]"), error(NO_TOKEN)),
        arguments("null", body(200, "{\"token\":null}"), error(NO_TOKEN)),
        arguments("no text", body(200, "{\"token\":{\"a\":\"b\"}}"), error(NO_TOKEN)),
        arguments(
            "line breaks",
            body(200, "{\"token\":\"a\\r\\nX-Injected: SERVER-TEXT\"}"),
            error(NO_TOKEN)),
        arguments(
            "a huge token",
            body(200, "{\"token\":\"" + "a".repeat(20_000) + "\"}"),
            error(NO_TOKEN)),
        arguments("HTML", body(200, "<html>SERVER-TEXT</html>"), error(PROTOCOL)),
        arguments("a broken object", body(200, "{\"token\":\"SERVER-TEXT"), error(PROTOCOL)),
        arguments("a deep array", body(200, "[".repeat(100_000)), error(PROTOCOL)),
        arguments(
            "a body without end",
            endless("HTTP/1.1 200 OK\r\n\r\n{\"token\":\"", "SERVER-TEXT".repeat(100)),
            error("sent more than any answer may hold")),
        arguments(
            "headers without end", endless("HTTP/1.1 200 OK\r\n", "X: y\r\n"), error(PROTOCOL)));
  }

  private static Function<String, Resolution> limited(String detail) {
    return host -> new Resolution.RateLimited(host, detail);
  }

  private static Function<String, Resolution> error(String detail) {
    return host -> new Resolution.RegistryError(host, detail);
  }

  private static Function<String, Resolution> refused(int status) {
    return host -> new Resolution.Refused(host, status, new Access(List.of(LOGIN.source())));
  }

  @AfterAll
  static void deleteKeys() {
    WORKSPACE.close();
  }

  private static void assertSilent(Resolution resolution) {
    assertThat(resolution.toString())
        .doesNotContain("SERVER-TEXT", "jane", "s3cret", "amFuZTpzM2NyZXQ");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"statuses", "brokenAnswers"})
  void provesNothingByABadTokenAnswer(
      String name, Script issuer, Function<String, Resolution> expected) {
    try (ScriptedServer server = ScriptedServer.http(challenging(issuer));
        AskingClient client = new AskingClient(plain(server.host()))) {
      Resolution resolution = client.ask(server.host() + "/shop/web:1.0", LOGIN);

      assertThat(resolution).as(name).isEqualTo(expected.apply(server.host()));
      assertSilent(resolution);
      // A 401 may also mean that the issuer knows no POST.
      int expectedRequests = resolution.equals(refused(401).apply(server.host())) ? 3 : 2;
      assertThat(server.requests()).hasSize(expectedRequests);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"statuses", "brokenAnswers"})
  void provesNothingByABadTokenAnswerToAGet(
      String name, Script issuer, Function<String, Resolution> expected) {
    try (ScriptedServer server = ScriptedServer.http(challenging(byGet(issuer)));
        AskingClient client = new AskingClient(plain(server.host()))) {
      Resolution resolution = client.ask(server.host() + "/shop/web:1.0", LOGIN);

      assertThat(resolution).as(name).isEqualTo(expected.apply(server.host()));
      assertSilent(resolution);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"token\":\"abc\"}",
        "{\"access_token\":\"abc\"}",
        "{\"token\":\"\",\"access_token\":\"abc\"}",
        "{\"token\":\"other\",\"access_token\":\"abc\"}",
        "{\"token\":\"abc\",\"expires_in\":\"soon\",\"scope\":{},\"issued_at\":0}"
      })
  void sendsTheTokenUnderEitherName(String answer) {
    for (Script issuer : List.of(body(200, answer), byGet(body(200, answer)))) {
      try (ScriptedServer server = ScriptedServer.http(challenging(issuer));
          AskingClient client = new AskingClient(plain(server.host()))) {
        assertThat(client.ask(server.host() + "/shop/web:1.0", LOGIN))
            .isInstanceOf(Resolution.Found.class);
        assertThat(server.requests().getLast().header("authorization")).contains("Bearer abc");
      }
    }
  }

  @Test
  void sendsTheLoginInAFormFirst() {
    try (ScriptedServer server = ScriptedServer.http(challenging(body(200, TOKEN)));
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.ask(server.host() + "/shop/web:1.0", LOGIN))
          .isInstanceOf(Resolution.Found.class);
      assertThat(server.requests())
          .extracting(ScriptedServer.Request::method)
          .containsExactly("HEAD", "POST", "HEAD");
      ScriptedServer.Request form = server.requests().get(1);
      assertThat(form.target()).isEqualTo("/token");
      assertThat(form.header("authorization")).isEmpty();
      assertThat(form.header("content-type").orElseThrow())
          .startsWith("application/x-www-form-urlencoded");
      assertThat(form.body().split("&", -1))
          .containsExactlyInAnyOrder(
              "grant_type=password",
              "service=test",
              "scope=repository%3Ashop%2Fweb%3Apull",
              "client_id=pullgate",
              "username=jane",
              "password=s3cret");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 405})
  void asksByGetWhereTheIssuerKnowsNoForm(int status) {
    Script issuer =
        (request, client) ->
            (request.method().equals("POST") ? status(status) : body(200, TOKEN))
                .answer(request, client);
    try (ScriptedServer server = ScriptedServer.http(challenging(issuer));
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.ask(server.host() + "/shop/web:1.0", LOGIN))
          .isInstanceOf(Resolution.Found.class);
      assertThat(server.requests())
          .extracting(
              ScriptedServer.Request::method,
              request -> request.header("authorization").orElse("none"))
          .containsExactly(
              tuple("HEAD", "none"),
              tuple("POST", "none"),
              tuple("GET", LOGIN_SENT),
              tuple("HEAD", "Bearer abc"));
    }
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "jane, ''", "'', s3cret"})
  void sendsNothingOfALoginThatIsIncomplete(String username, String password) {
    try (ScriptedServer server = ScriptedServer.http(challenging(body(200, TOKEN)));
        AskingClient client = new AskingClient(plain(server.host()))) {
      Credential incomplete = login("regcred", username, password);

      assertThat(client.ask(server.host() + "/shop/web:1.0", incomplete))
          .asInstanceOf(type(Resolution.Found.class))
          .extracting(Resolution.Found::access)
          .isEqualTo(new Access(List.of(incomplete.source()), List.of(incomplete.source())));
      assertThat(server.requests())
          .extracting(
              ScriptedServer.Request::method,
              request -> request.header("authorization").orElse("none"))
          .containsExactly(
              tuple("HEAD", "none"), tuple("GET", "none"), tuple("HEAD", "Bearer abc"));
    }
  }

  @Test
  void asksNoRealmByPlainHttpBesideTheRegistry() {
    try (ScriptedServer issuer = ScriptedServer.http(body(200, "{\"token\":\"abc\"}"));
        ScriptedServer server =
            ScriptedServer.http(challenge("http://" + issuer.host() + "/token"));
        AskingClient client = new AskingClient(plain(server.host()), plain(issuer.host()))) {
      assertThat(client.ask(server.host() + "/shop/web:1.0", LOGIN))
          .isEqualTo(error("names a token realm that is not HTTPS").apply(server.host()));
      assertThat(issuer.requests()).isEmpty();
    }
  }

  @Test
  void asksNoRealmByPlainHttpForARegistryWithHttps() {
    try (ScriptedServer server =
            ScriptedServer.https(
                TLS.serverContext(),
                (request, client) ->
                    challenge("http://" + request.header("host").orElseThrow() + "/token")
                        .answer(request, client));
        AskingClient client = new AskingClient(secure(server.host(), TLS.authority()))) {
      assertThat(client.ask(server.host() + "/shop/web:1.0", LOGIN))
          .isEqualTo(error("names a token realm that is not HTTPS").apply(server.host()));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void givesTheLoginToNoOtherSiteThatIsNotDeclared() {
    try (ScriptedServer issuer =
            ScriptedServer.https(TLS.serverContext(), body(200, "{\"token\":\"abc\"}"));
        ScriptedServer server =
            ScriptedServer.https(
                TLS.serverContext(), challenge("https://localhost:" + issuer.port() + "/token"));
        AskingClient client = new AskingClient(secure(server.host(), TLS.authority()))) {
      Resolution resolution = client.ask(server.host() + "/shop/web:1.0", LOGIN);

      assertThat(resolution)
          .isEqualTo(
              error(
                      "asks for the login at another site (localhost), which gets it only when a"
                          + " Registry declares that host")
                  .apply(server.host()));
      assertThat(issuer.requests()).isEmpty();
    }
  }

  @Test
  void doesNotTakeALoginAlongToAnotherHost() {
    try (ScriptedServer target = ScriptedServer.https(TLS.serverContext(), manifest());
        ScriptedServer server =
            ScriptedServer.https(
                TLS.serverContext(),
                afterLogin(
                    status(307, "Location: https://localhost:" + target.port() + "/blob?x=y")));
        AskingClient client =
            new AskingClient(
                secure(server.host(), TLS.authority()),
                secure("localhost:" + target.port(), TLS.authority()))) {
      assertThat(client.ask(server.host() + "/shop/web:1.0", LOGIN))
          .isInstanceOf(Resolution.Found.class);
      assertThat(server.requests())
          .extracting(request -> request.header("authorization").orElse("none"))
          .containsExactly("none", LOGIN_SENT);
      assertThat(target.requests())
          .singleElement()
          .satisfies(request -> {
            assertThat(request.method()).isEqualTo("HEAD");
            assertThat(request.target()).isEqualTo("/blob?x=y");
            assertThat(request.header("authorization")).isEmpty();
          });
    }
  }

  private static Script afterLogin(Script script) {
    return (request, client) ->
        (request.header("authorization").isEmpty()
                ? status(401, "WWW-Authenticate: Basic realm=\"SERVER-TEXT\"")
                : script)
            .answer(request, client);
  }

  @Test
  void takesALoginAlongOnTheSameHost() {
    Script moved =
        (request, client) ->
            (request.target().equals("/moved") ? manifest() : status(301, "Location: /moved"))
                .answer(request, client);
    try (ScriptedServer server = ScriptedServer.http(afterLogin(moved));
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.ask(server.host() + "/shop/web:1.0", LOGIN))
          .isInstanceOf(Resolution.Found.class);
      assertThat(server.requests())
          .extracting(request -> request.header("authorization").orElse("none"))
          .containsExactly("none", LOGIN_SENT, LOGIN_SENT);
    }
  }

  @Test
  void leavesARedirectLoop() {
    Script loop =
        (request, client) -> status(302, "Location: " + request.target()).answer(request, client);
    try (ScriptedServer server = ScriptedServer.http(loop);
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.ask(server.host() + "/shop/web:1.0", LOGIN))
          .isEqualTo(error("answered 302").apply(server.host()));
      assertThat(server.requests()).hasSize(4);
    }
  }

  @Test
  void followsNoRedirectToLoopbackThatIsNotDeclared() {
    try (ScriptedServer target = ScriptedServer.https(TLS.serverContext(), manifest());
        ScriptedServer server =
            ScriptedServer.https(
                TLS.serverContext(), status(302, "Location: https://" + target.host() + "/x"));
        AskingClient client = new AskingClient(secure(server.host(), TLS.authority()))) {
      assertThat(client.ask(server.host() + "/shop/web:1.0", LOGIN))
          .isInstanceOf(Resolution.RegistryError.class)
          .asString()
          .contains("leads to a loopback, link-local or multicast address");
      assertThat(target.requests()).isEmpty();
    }
  }

  @Test
  void followsNoRedirectFromHttpsToPlainHttpNorToAnotherPlainHost() {
    try (ScriptedServer target = ScriptedServer.http(manifest())) {
      Script redirect = status(302, "Location: http://" + target.host() + "/x");
      try (ScriptedServer secure = ScriptedServer.https(TLS.serverContext(), redirect);
          ScriptedServer plain = ScriptedServer.http(redirect);
          AskingClient client =
              new AskingClient(
                  secure(secure.host(), TLS.authority()),
                  plain(plain.host()),
                  plain(target.host()))) {
        for (String host : List.of(secure.host(), plain.host())) {
          assertThat(client.ask(host + "/shop/web:1.0"))
              .isEqualTo(error("answered 302").apply(host));
        }
        assertThat(target.requests()).isEmpty();
      }
    }
  }
}
