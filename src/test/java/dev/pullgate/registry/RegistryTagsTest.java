package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.testbed.ScriptedServer.body;
import static dev.pullgate.testbed.ScriptedServer.challenging;
import static dev.pullgate.testbed.ScriptedServer.endless;
import static dev.pullgate.testbed.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.credential.Credential;
import dev.pullgate.testbed.ScriptedServer;
import dev.pullgate.testbed.ScriptedServer.Request;
import dev.pullgate.testbed.ScriptedServer.Script;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The tags of a repository, from servers on real sockets.
final class RegistryTagsTest {
  private static final Credential LOGIN = login("regcred", "jane", "s3cret");
  private static final String FIRST = "/v2/shop/web/tags/list?n=1000";

  private static List<String> tags(ScriptedServer server) {
    try (AskingClient client = new AskingClient(plain(server.host()))) {
      return client.tags(server.host() + "/shop/web:1.0", LOGIN);
    }
  }

  private static String list(String... tags) {
    return "{\"name\":\"shop/web\",\"tags\":[\"" + String.join("\",\"", tags) + "\"]}";
  }

  private static Script pages(String link) {
    return (request, client) ->
        (request.target().equals(FIRST)
                ? body(200, list("1", "2"), "Link: " + link)
                : body(200, list("2", "3")))
            .answer(request, client);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</v2/shop/web/tags/list?n=1000&last=2>; rel=\"next\"",
        "</v2/shop/web/tags/list?n=1000&last=2>;rel=next",
        "<?n=1000&last=2>; REL=\"Next\"",
        "</other>; rel=\"prev\", </v2/shop/web/tags/list?n=1000&last=2>; x=y; rel=\"next\""
      })
  void followsThePages(String link) {
    try (ScriptedServer server = ScriptedServer.http(pages(link))) {
      assertThat(tags(server)).containsExactly("1", "2", "3");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void followsAnAddressOfTheSameServerOnly() {
    try (ScriptedServer other = ScriptedServer.http(body(200, list("evil")))) {
      for (String link :
          List.of(
              "<http://" + other.host() + "/v2/shop/web/tags/list>; rel=\"next\"",
              "<//" + other.host() + "/v2/shop/web/tags/list>; rel=\"next\"",
              "<file:///etc/passwd>; rel=\"next\"",
              "<ht tp://%>; rel=\"next\"",
              "<" + FIRST + ">; rel=\"next\"",
              "garbage")) {
        try (ScriptedServer server = ScriptedServer.http(pages(link))) {
          assertThat(tags(server)).as(link).containsExactly("1", "2");
          assertThat(server.requests()).hasSize(1);
        }
      }
      assertThat(other.requests()).isEmpty();
    }
    try (ScriptedServer server =
        ScriptedServer.http((request, client) ->
            pages("<http://" + request.header("host").orElseThrow() + "/v2/x>; rel=next")
                .answer(request, client))) {
      assertThat(tags(server)).containsExactly("1", "2", "3");
    }
  }

  @Test
  void readsNotMoreThanSomeThousand() {
    Script endlessPages =
        (request, client) ->
            body(
                    200,
                    list(request.target().replaceAll("\\D", "")),
                    "Link: <?last=1" + request.target().length() + ">; rel=next")
                .answer(request, client);
    String many =
        IntStream.range(0, 100_000)
            .mapToObj(tag -> "\"" + tag + "\"")
            .collect(Collectors.joining(",", "{\"tags\":[", "]}"));
    try (ScriptedServer pages = ScriptedServer.http(endlessPages);
        ScriptedServer page = ScriptedServer.http(body(200, many))) {
      tags(pages);
      assertThat(pages.requests()).hasSizeLessThanOrEqualTo(5);
      assertThat(tags(page)).hasSize(5000).contains("0", "4999");
    }
  }

  @Test
  void leavesOutWhatIsNoTag() {
    try (ScriptedServer server =
        ScriptedServer.http(
            body(
                200,
                "{\"tags\":[\"1.0\",\"\",\"a b\",\"-x\",\"<b>\",\"\\u0000\",\"\\u00e4\",\"v_1.x-y\",\""
                    + "x".repeat(129)
                    + "\"]}"))) {
      assertThat(tags(server)).containsExactly("1.0", "v_1.x-y");
    }
  }

  static Stream<Script> nothing() {
    return Stream.of(
        status(200),
        status(404),
        status(401),
        status(403),
        status(405),
        status(429),
        status(500),
        ScriptedServer.reset(),
        body(200, "<html>"),
        body(200, "null"),
        body(200, "[]"),
        body(200, "{}"),
        body(200, "{\"tags\":null}"),
        body(200, "{\"tags\":{}}"),
        body(200, "{\"tags\":[1,{}]}"),
        body(200, "{\"x\":" + "[".repeat(100_000)),
        endless("HTTP/1.1 200 OK\r\n\r\n{\"tags\":[", "\"1\","));
  }

  @ParameterizedTest
  @MethodSource("nothing")
  void findsNoTagsInABadAnswer(Script script) {
    try (ScriptedServer server = ScriptedServer.http(script)) {
      assertThat(tags(server)).isEmpty();
      assertThat(server.requests()).allMatch(request -> request.header("authorization").isEmpty());
    }
  }

  @Test
  void asksWithTheLogin() {
    Script registry = challenging(body(200, "{\"token\":\"abc\"}"));
    Script listing =
        (request, client) ->
            (request.header("authorization").orElse("").equals("Bearer abc")
                    ? body(200, list("1"))
                    : registry)
                .answer(request, client);
    try (ScriptedServer server = ScriptedServer.http(listing)) {
      assertThat(tags(server)).containsExactly("1");
      assertThat(server.requests())
          .extracting(Request::method)
          .containsExactly("GET", "POST", "GET");
    }
  }

  @Test
  void asksOnceForWhatItKnows() {
    try (ScriptedServer server = ScriptedServer.http(body(200, list("1")));
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.tags(server.host() + "/shop/web:1.0")).containsExactly("1");
      assertThat(client.tags(server.host() + "/shop/web:2.0")).containsExactly("1");
      assertThat(server.requests()).hasSize(1);
      client.tags(server.host() + "/shop/web:2.0", LOGIN);
      client.tags(server.host() + "/shop/app:2.0");
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void waitsNoLongerThanTheCaller() {
    try (ScriptedServer server = ScriptedServer.http(ScriptedServer.silence());
        AskingClient client = new AskingClient(plain(server.host()))) {
      Instant start = Instant.now();

      assertThat(client.tags(Duration.ofMillis(300), server.host() + "/shop/web:1.0")).isEmpty();
      assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void asksNobodyOnLoopbackThatIsNotDeclared() {
    try (ScriptedServer server = ScriptedServer.http(body(200, list("1")));
        AskingClient client = new AskingClient()) {
      assertThat(client.tags(server.host() + "/shop/web:1.0")).isEmpty();
      assertThat(client.tags("[:]/shop/web:1.0")).isEmpty();
      assertThat(server.requests()).isEmpty();
    }
  }
}
