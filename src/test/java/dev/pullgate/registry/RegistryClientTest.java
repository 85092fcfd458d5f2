package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.registry.AskingClient.secure;
import static dev.pullgate.testbed.ScriptedServer.body;
import static dev.pullgate.testbed.ScriptedServer.endless;
import static dev.pullgate.testbed.ScriptedServer.manifest;
import static dev.pullgate.testbed.ScriptedServer.raw;
import static dev.pullgate.testbed.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.Digest;
import dev.pullgate.image.MediaType;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.Resolution;
import dev.pullgate.policy.Resolution.Cause;
import dev.pullgate.testbed.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The client in front of servers that misbehave, on real sockets.
final class RegistryClientTest {
  private static final Credential LOGIN = login("regcred", "jane", "s3cret");
  private static final String PROTOCOL = "sent an answer that breaks the protocol";

  private static Resolution ask(ScriptedServer server) {
    try (AskingClient client = new AskingClient(plain(server.host()))) {
      return client.ask(server.host() + "/shop/web:1.0", LOGIN);
    }
  }

  private static void assertSilent(Resolution resolution) {
    assertThat(resolution.toString())
        .doesNotContain("SERVER-TEXT", "jane", "s3cret", "amFuZTpzM2NyZXQ");
  }

  static Stream<Arguments> statuses() {
    return Stream.of(
        arguments("429", status(429, "Retry-After: 60"), limited("limits requests (429)")),
        arguments("500", body(500, "SERVER-TEXT"), error("answered 500")),
        arguments("503", status(503), error("answered 503")),
        arguments("204", raw("HTTP/1.1 204 SERVER-TEXT\r\n\r\n"), error("answered 204")),
        arguments("301 to nowhere", status(301), error("answered 301")),
        arguments("301 to garbage", status(301, "Location: ht tp:/%"), error("answered 301")),
        arguments("301 to a file", status(301, "Location: file:///etc"), error("answered 301")),
        arguments(
            "401 without a challenge",
            status(401),
            error("answered 401 without a challenge that is known")),
        arguments(
            "401 with an unknown challenge",
            status(401, "WWW-Authenticate: SERVER-TEXT x=\"y\""),
            error("answered 401 without a challenge that is known")),
        arguments(
            "Bearer without a realm",
            status(401, "WWW-Authenticate: Bearer service=\"SERVER-TEXT\""),
            error("names a token realm that is no web address")));
  }

  static Stream<Arguments> brokenAnswers() {
    return Stream.of(
        arguments(
            "HTML",
            status(200, "Content-Type: text/html; charset=SERVER-TEXT"),
            error("answered 200 with something that is no image manifest")),
        arguments(
            "lines that are no status and an end",
            raw("SERVER-TEXT\r\n\r\n"),
            unreachable(Cause.CONNECT, "closed the connection without an answer")),
        arguments("binary garbage", raw("\0\1\2\uffff\r\n".repeat(50)), error(PROTOCOL)),
        arguments(
            "a broken header", raw("HTTP/1.1 200 OK\r\nSERVER-TEXT\r\n\r\n"), error(PROTOCOL)),
        arguments(
            "a huge header",
            raw("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\n\r\n"),
            error(PROTOCOL)),
        arguments(
            "many headers",
            raw("HTTP/1.1 200 OK\r\n" + "X: SERVER-TEXT\r\n".repeat(1000) + "\r\n"),
            error(PROTOCOL)),
        arguments("a header without end", endless("HTTP/1.1 200 OK\r\nX: ", "x"), error(PROTOCOL)),
        arguments(
            "headers without end", endless("HTTP/1.1 200 OK\r\n", "X: y\r\n"), error(PROTOCOL)),
        arguments(
            "a reset",
            ScriptedServer.reset(),
            unreachable(Cause.CONNECT, "refused or broke the connection")),
        arguments(
            "no answer",
            raw(""),
            unreachable(Cause.CONNECT, "closed the connection without an answer")));
  }

  private static Function<String, Resolution> limited(String detail) {
    return host -> new Resolution.RateLimited(host, detail);
  }

  private static Function<String, Resolution> error(String detail) {
    return host -> new Resolution.RegistryError(host, detail);
  }

  private static Function<String, Resolution> unreachable(Cause cause, String detail) {
    return host -> new Resolution.Unreachable(host, cause, detail);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"statuses", "brokenAnswers"})
  void provesNothingByABadAnswer(
      String name, ScriptedServer.Script script, Function<String, Resolution> expected) {
    try (ScriptedServer server = ScriptedServer.http(script)) {
      Resolution resolution = ask(server);

      assertThat(resolution).as(name).isEqualTo(expected.apply(server.host()));
      assertSilent(resolution);
      assertThat(server.requests()).allMatch(request -> request.header("authorization").isEmpty());
    }
  }

  @Test
  void showsNoLoginToWhoeverAsksForNone() {
    try (ScriptedServer server = ScriptedServer.http(manifest())) {
      assertThat(ask(server))
          .isEqualTo(
              new Resolution.Found(
                  server.host(),
                  Digest.parse(ScriptedServer.DIGEST).orElseThrow(),
                  MediaType.OCI_MANIFEST,
                  Access.ANONYMOUS));
      assertThat(server.requests())
          .singleElement()
          .satisfies(request -> {
            assertThat(request.method()).isEqualTo("HEAD");
            assertThat(request.header("authorization")).isEmpty();
            assertThat(request.header("accept").orElseThrow().split(", ", -1))
                .contains("*/*")
                .containsAll(MediaType.MANIFESTS)
                .hasSize(5);
          });
    }
  }

  @Test
  void findsNobodyAtAClosedPort() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String host = "127.0.0.1:" + port;
    try (AskingClient client = new AskingClient(plain(host))) {
      assertThat(client.ask(host + "/shop/web:1.0"))
          .isEqualTo(
              new Resolution.Unreachable(host, Cause.CONNECT, "refused or broke the connection"));
    }
  }

  @Test
  void findsNoAddress() {
    try (AskingClient client = new AskingClient()) {
      assertThat(client.ask("registry.invalid/shop/web:1.0"))
          .isEqualTo(
              new Resolution.Unreachable("registry.invalid", Cause.DNS, "has no address (DNS)"));
    }
  }

  @Test
  void doesNotTakePlainHttpForHttps() {
    try (ScriptedServer server =
            ScriptedServer.http(body(400, "SERVER-TEXT: HTTP request to an HTTPS server"));
        AskingClient client = new AskingClient(secure(server.host()))) {
      Resolution resolution = client.ask(server.host() + "/shop/web:1.0", LOGIN);

      assertThat(resolution)
          .asInstanceOf(type(Resolution.Unreachable.class))
          .extracting(Resolution.Unreachable::cause)
          .isEqualTo(Cause.TLS);
      assertSilent(resolution);
    }
  }

  @Test
  void asksNobodyOnLoopbackThatIsNotDeclared() {
    try (ScriptedServer server = ScriptedServer.http(manifest());
        AskingClient client = new AskingClient()) {
      assertThat(client.ask(server.host() + "/shop/web:1.0"))
          .asInstanceOf(type(Resolution.RegistryError.class))
          .extracting(Resolution.RegistryError::detail)
          .asString()
          .startsWith("leads to a loopback, link-local or multicast address");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void remembersNoFailure() {
    AtomicInteger count = new AtomicInteger();
    ScriptedServer.Script failsOnce =
        (request, client) ->
            (count.getAndIncrement() == 0 ? status(500) : manifest()).answer(request, client);
    try (ScriptedServer server = ScriptedServer.http(failsOnce);
        AskingClient client = new AskingClient(plain(server.host()))) {
      String image = server.host() + "/shop/web:1.0";

      assertThat(client.ask(image)).isInstanceOf(Resolution.RegistryError.class);
      assertThat(client.ask(image)).isInstanceOf(Resolution.Found.class);
      assertThat(client.ask(image)).isInstanceOf(Resolution.Found.class);
      assertThat(server.requests()).hasSize(2);
    }
  }
}
