package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.testbed.ScriptedServer.body;
import static dev.pullgate.testbed.ScriptedServer.endless;
import static dev.pullgate.testbed.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.Digest;
import dev.pullgate.image.MediaType;
import dev.pullgate.image.Platform;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.Resolution;
import dev.pullgate.testbed.ScriptedServer;
import dev.pullgate.testbed.ScriptedServer.Request;
import dev.pullgate.testbed.ScriptedServer.Script;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The platforms of an index, and how seldom they are read.
final class RegistryIndexTest {
  private static final String INDEX =
      "{\"manifests\":[{\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}}]}";
  private static final Digest DIGEST = Body.of(INDEX).digest("sha256");
  private static final IndexContent PLATFORMS =
      new IndexContent.Platforms(List.of(Platform.parse("linux/arm64")));
  private static final String TYPE = "Content-Type: " + MediaType.OCI_INDEX;
  private static final String STATED = "Docker-Content-Digest: " + DIGEST;
  private static final Credential LOGIN = login("regcred", "jane", "s3cret");

  private static Script registry(Script get) {
    return (request, client) ->
        (request.method().equals("HEAD") ? status(200, TYPE, STATED) : get).answer(request, client);
  }

  private static Script behindLogin(Script script) {
    return (request, client) ->
        (request.header("authorization").isPresent()
                ? script
                : status(401, "WWW-Authenticate: Basic realm=x"))
            .answer(request, client);
  }

  private static List<String> reads(ScriptedServer server) {
    return server.requests().stream()
        .filter(request -> request.method().equals("GET"))
        .map(Request::target)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {MediaType.OCI_INDEX, MediaType.DOCKER_LIST})
  void readsAnIndexByItsDigestOnce(String mediaType) {
    Script script =
        (request, client) ->
            (request.method().equals("HEAD")
                    ? status(200, "Content-Type: " + mediaType, STATED)
                    : body(200, INDEX, "Content-Type: " + mediaType))
                .answer(request, client);
    try (ScriptedServer server = ScriptedServer.http(script);
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.platforms(server.host() + "/a:1")).isEqualTo(PLATFORMS);
      assertThat(client.platforms(server.host() + "/a:2")).isEqualTo(PLATFORMS);
      assertThat(client.platforms(server.host() + "/b:1")).isEqualTo(PLATFORMS);

      assertThat(reads(server)).containsExactly("/v2/a/manifests/" + DIGEST);
    }
  }

  @Test
  void readsAnIndexOnceForManyAtATime() throws Exception {
    try (ScriptedServer server = ScriptedServer.http(registry(body(200, INDEX)));
        AskingClient client = new AskingClient(plain(server.host()))) {
      Resolution found = client.ask(server.host() + "/a:1");
      Callable<IndexContent> question = () -> client.index(server.host() + "/a:1", found);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<IndexContent> answer : threads.invokeAll(Collections.nCopies(30, question))) {
          assertThat(answer.get()).isEqualTo(PLATFORMS);
        }
      }
      assertThat(reads(server)).hasSize(1);
    }
  }

  @Test
  void readsAnIndexWithTheLoginThatFoundIt() {
    try (ScriptedServer server = ScriptedServer.http(behindLogin(registry(body(200, INDEX))));
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.platforms(server.host() + "/a:1", LOGIN)).isEqualTo(PLATFORMS);
      assertThat(server.requests())
          .extracting(Request::method)
          .containsExactly("HEAD", "HEAD", "GET");
    }
  }

  @Test
  void readsNoIndexWhereReadsAreCounted() {
    Script counting =
        (request, client) ->
            status(200, TYPE, STATED, "ratelimit-limit: 100;w=21600").answer(request, client);
    try (ScriptedServer server = ScriptedServer.http(counting);
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.platforms(server.host() + "/a:1"))
          .isEqualTo(new IndexContent.Unread("its registry counts each read of it as a pull"));
      assertThat(reads(server)).isEmpty();
    }
  }

  @Test
  void readsNothingThatIsNoIndex() {
    try (ScriptedServer server = ScriptedServer.http(ScriptedServer.manifest());
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.platforms(server.host() + "/a:1")).isEqualTo(new IndexContent.Single());
      assertThat(
              client.index(
                  server.host() + "/a:1",
                  new Resolution.Found(server.host(), DIGEST, "", Access.ANONYMOUS)))
          .isInstanceOf(IndexContent.Unread.class);
      assertThat(
              client.index(
                  server.host() + "/a:1",
                  new Resolution.Found(server.host(), null, MediaType.OCI_INDEX, Access.ANONYMOUS)))
          .isInstanceOf(IndexContent.Unread.class);
      assertThat(reads(server)).isEmpty();
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        arguments("429", status(429), "answered 429 for its index"),
        arguments("500", status(500), "answered 500 for its index"),
        arguments("404", status(404), "answered 404 for its index"),
        arguments("403", status(403), "answered 403 for its index"),
        arguments(
            "a challenge of a new kind",
            status(401, "WWW-Authenticate: SERVER-TEXT"),
            "answered 401 without a challenge that is known"),
        arguments("a reset", ScriptedServer.reset(), "refused or broke the connection"),
        arguments(
            "another index",
            body(200, INDEX + " "),
            "serves an index that does not match its digest"),
        arguments(
            "an index without end",
            endless("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(1000)),
            "sent more than any answer may hold"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void saysWhyAnIndexWasNotReadAndDoesNotTryAtOnceAgain(String name, Script get, String reason) {
    try (ScriptedServer server = ScriptedServer.http(registry(get));
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.platforms(server.host() + "/a:1"))
          .as(name)
          .isEqualTo(new IndexContent.Unread(server.host() + " " + reason));
      client.platforms(server.host() + "/a:1");
      assertThat(reads(server)).hasSize(1);
    }
  }

  @Test
  void doesNotTakeOneFailureForThatOfAnother() {
    Script forJane =
        registry((request, client) ->
            (request.header("authorization").orElse("").equals("Basic amFuZTpzM2NyZXQ=")
                    ? body(200, INDEX)
                    : status(403))
                .answer(request, client));
    try (ScriptedServer server = ScriptedServer.http(behindLogin(forJane));
        AskingClient client = new AskingClient(plain(server.host()))) {
      String image = server.host() + "/a:1";

      assertThat(client.platforms(image, login("other", "joe", "pw")))
          .isInstanceOf(IndexContent.Unread.class);
      assertThat(client.platforms(image, LOGIN)).isEqualTo(PLATFORMS);
    }
  }
}
