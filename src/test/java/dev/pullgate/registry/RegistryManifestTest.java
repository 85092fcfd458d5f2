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
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client in front of registries that lack HEAD or a digest, or state a wrong one.
final class RegistryManifestTest {
  private static final Credential LOGIN = login("regcred", "jane", "s3cret");
  private static final String MANIFEST = "{\"schemaVersion\":2,\"config\":{}}";
  private static final String INDEX =
      "{\"manifests\":[{\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}}]}";
  private static final Digest WRONG = Digest.parse(ScriptedServer.DIGEST).orElseThrow();
  private static final String TYPE = "Content-Type: " + MediaType.OCI_MANIFEST;
  private static final String COUNTS = "RateLimit-Limit: 100;w=21600";

  private static Digest digest(String content) {
    return Body.of(content).digest("sha256");
  }

  private static Script byMethod(Script head, Script get) {
    return (request, client) ->
        (request.method().equals("HEAD") ? head : get).answer(request, client);
  }

  private static String states(Digest digest) {
    return "Docker-Content-Digest: " + digest;
  }

  private static List<String> methods(ScriptedServer server) {
    return server.requests().stream().map(Request::method).toList();
  }

  private static Resolution found(ScriptedServer server, Digest digest) {
    return new Resolution.Found(server.host(), digest, MediaType.OCI_MANIFEST, Access.ANONYMOUS);
  }

  private static Resolution foundWithoutDigest(ScriptedServer server, String mediaType) {
    return new Resolution.Found(server.host(), null, mediaType, Access.ANONYMOUS);
  }

  private static Resolution ask(ScriptedServer server, String suffix) {
    try (AskingClient client = new AskingClient(plain(server.host()))) {
      return client.ask(server.host() + "/shop/web" + suffix, LOGIN);
    }
  }

  @Test
  void readsTheManifestWhereTheRegistryKnowsNoHead() {
    try (ScriptedServer server =
        ScriptedServer.http(byMethod(status(405), body(200, MANIFEST, TYPE)))) {
      assertThat(ask(server, ":1.0")).isEqualTo(found(server, digest(MANIFEST)));
      assertThat(methods(server)).containsExactly("HEAD", "GET");
      assertThat(server.requests())
          .extracting(Request::target)
          .containsOnly("/v2/shop/web/manifests/1.0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SERVER-TEXT", "sha256:123", "md5:0123"})
  void readsTheManifestWhereTheRegistryStatesNoDigest(String stated) {
    try (ScriptedServer server =
        ScriptedServer.http(
            body(
                200,
                MANIFEST,
                TYPE,
                stated.isEmpty() ? "X: y" : "Docker-Content-Digest: " + stated))) {
      assertThat(ask(server, ":1.0")).isEqualTo(found(server, digest(MANIFEST)));
      assertThat(methods(server)).containsExactly("HEAD", "GET");
    }
  }

  @Test
  void readsTheManifestWithTheLoginThatGaveAccess() {
    Script noHead = byMethod(status(405), body(200, MANIFEST, TYPE));
    Script behindLogin =
        (request, client) ->
            (request.header("authorization").isPresent() || request.method().equals("HEAD")
                    ? noHead
                    : status(401, "WWW-Authenticate: Basic realm=x"))
                .answer(request, client);
    try (ScriptedServer server = ScriptedServer.http(behindLogin)) {
      assertThat(ask(server, ":1.0"))
          .isEqualTo(
              new Resolution.Found(
                  server.host(),
                  digest(MANIFEST),
                  MediaType.OCI_MANIFEST,
                  new Access(List.of(LOGIN.source()))));
      assertThat(methods(server)).containsExactly("HEAD", "GET", "GET");
    }
  }

  @Test
  void readsAnIndexOnceWhereItHadToBeReadAnyway() {
    try (ScriptedServer server =
            ScriptedServer.http(body(200, INDEX, "Content-Type: " + MediaType.OCI_INDEX));
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(client.platforms(server.host() + "/shop/web:1.0"))
          .isEqualTo(new IndexContent.Platforms(List.of(Platform.parse("linux/arm64"))));
      assertThat(methods(server)).containsExactly("HEAD", "GET");
    }
  }

  @Test
  void readsNothingWhereReadsAreCounted() {
    try (ScriptedServer server = ScriptedServer.http(body(200, MANIFEST, TYPE, COUNTS))) {
      assertThat(ask(server, ":1.0")).isEqualTo(foundWithoutDigest(server, MediaType.OCI_MANIFEST));
      assertThat(methods(server)).containsExactly("HEAD");
    }
    try (ScriptedServer server =
        ScriptedServer.http(byMethod(status(405, COUNTS), body(200, MANIFEST, TYPE)))) {
      assertThat(ask(server, ":1.0"))
          .isEqualTo(new Resolution.RegistryError(server.host(), "answered 405"));
      assertThat(methods(server)).containsExactly("HEAD");
    }
  }

  @Test
  void needsNoStatedDigestForWhatIsAskedByDigest() {
    Digest asked = digest(MANIFEST);
    Digest long_ = Body.of(MANIFEST).digest("sha512");
    for (String header : List.of("X: y", states(asked), "Docker-Content-Digest: nonsense")) {
      try (ScriptedServer server = ScriptedServer.http(status(200, TYPE, header))) {
        assertThat(ask(server, ":1.0@" + asked)).isEqualTo(found(server, asked));
        assertThat(methods(server)).containsExactly("HEAD");
      }
    }
    try (ScriptedServer server = ScriptedServer.http(status(200, TYPE, states(asked)))) {
      assertThat(ask(server, "@" + long_)).isEqualTo(found(server, long_));
    }
  }

  static Stream<Arguments> contradictions() {
    String asked = "@" + digest(MANIFEST);
    Digest long_ = Body.of(MANIFEST).digest("sha512");
    Script noHead = status(405);
    return Stream.of(
        arguments(
            "another digest than the one asked for",
            asked,
            status(200, TYPE, states(WRONG)),
            "states another digest than the one that it was asked for"),
        arguments(
            "content of another digest than the one asked for",
            asked,
            byMethod(noHead, body(200, MANIFEST + " ", TYPE)),
            "serves content that does not match the digest that it was asked for"),
        arguments(
            "content of another long digest than the one asked for",
            "@" + long_,
            byMethod(noHead, body(200, MANIFEST + " ", TYPE)),
            "serves content that does not match the digest that it was asked for"),
        arguments(
            "content of another digest than the one stated",
            ":1.0",
            byMethod(noHead, body(200, MANIFEST, TYPE, states(WRONG))),
            "states a digest that does not match the content that it serves"),
        arguments(
            "an error for the manifest",
            ":1.0",
            byMethod(status(200, TYPE), status(500)),
            "answered 500"),
        arguments(
            "no HEAD and another error",
            ":1.0",
            byMethod(status(501), body(200, MANIFEST, TYPE)),
            "answered 501"),
        arguments(
            "HTML for the manifest",
            ":1.0",
            byMethod(status(200, TYPE), body(200, "<html>", "Content-Type: text/html")),
            "answered 200 with something that is no image manifest"),
        arguments(
            "no object",
            ":1.0",
            byMethod(noHead, body(200, "[]", TYPE)),
            "answered 200 with something that is no image manifest"),
        arguments(
            "two objects",
            ":1.0",
            byMethod(noHead, body(200, "{}{}", TYPE)),
            "answered 200 with something that is no image manifest"),
        arguments(
            "nothing",
            ":1.0",
            byMethod(noHead, body(200, "", TYPE)),
            "answered 200 with something that is no image manifest"),
        arguments(
            "a manifest without end",
            ":1.0",
            byMethod(
                noHead,
                endless("HTTP/1.1 200 OK\r\n" + TYPE + "\r\n\r\n{\"a\":\"", "x".repeat(1000))),
            "sent more than any answer may hold"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("contradictions")
  void provesNothingByAnAnswerThatContradictsItself(
      String name, String suffix, Script script, String detail) {
    try (ScriptedServer server = ScriptedServer.http(script)) {
      assertThat(ask(server, suffix))
          .as(name)
          .isEqualTo(new Resolution.RegistryError(server.host(), detail));
    }
  }

  static Stream<Arguments> afterHead() {
    return Stream.of(
        arguments(404, answer(host -> new Resolution.Absent(host, 404, Access.ANONYMOUS))),
        arguments(403, answer(host -> new Resolution.Refused(host, 403, Access.ANONYMOUS))),
        arguments(429, answer(host -> new Resolution.RateLimited(host, "limits requests (429)"))));
  }

  private static Function<String, Resolution> answer(Function<String, Resolution> answer) {
    return answer;
  }

  @ParameterizedTest
  @MethodSource("afterHead")
  void takesTheAnswerToTheGetWhereItNeedsOne(int status, Function<String, Resolution> expected) {
    for (Script head : List.of(status(405), status(200, TYPE))) {
      try (ScriptedServer server = ScriptedServer.http(byMethod(head, status(status)))) {
        assertThat(ask(server, ":1.0")).isEqualTo(expected.apply(server.host()));
      }
    }
  }

  @Test
  void findsWhatRuntimesNoLongerPull() {
    for (String type : MediaType.SCHEMA_1) {
      String header = "Content-Type: " + type + "; charset=utf-8";
      try (ScriptedServer server = ScriptedServer.http(status(200, header, states(WRONG)))) {
        assertThat(ask(server, ":1.0"))
            .isEqualTo(new Resolution.Found(server.host(), WRONG, type, Access.ANONYMOUS));
      }
      try (ScriptedServer server = ScriptedServer.http(status(200, header))) {
        assertThat(ask(server, ":1.0")).isEqualTo(foundWithoutDigest(server, type));
        assertThat(methods(server)).containsExactly("HEAD");
      }
      // The digest is that of the manifest without its signatures.
      try (ScriptedServer server =
          ScriptedServer.http(byMethod(status(405), body(200, MANIFEST, header, states(WRONG))))) {
        assertThat(ask(server, ":1.0"))
            .isEqualTo(new Resolution.Found(server.host(), WRONG, type, Access.ANONYMOUS));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 203, 206})
  void takesAnyAnswerThatBringsTheManifestForASuccess(int status) {
    try (ScriptedServer server = ScriptedServer.http(status(status, TYPE, states(WRONG)))) {
      assertThat(ask(server, ":1.0")).isEqualTo(found(server, WRONG));
    }
  }
}
