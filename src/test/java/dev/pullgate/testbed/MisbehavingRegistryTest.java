package dev.pullgate.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullgate.testbed.MisbehavingRegistry.Behaviour;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The registry that misbehaves does so as it says.
final class MisbehavingRegistryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofMillis(300);

  private static final int MUCH = 8 << 20;

  private final Workspace workspace = Workspace.open("pullgate-misbehaving-");
  private final MisbehavingRegistry registry = MisbehavingRegistry.start(workspace);
  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  @AfterEach
  void stop() {
    client.close();
    workspace.close();
  }

  private HttpResponse<String> ask(
      String method, Behaviour behaviour, String reference, Duration patience)
      throws IOException, InterruptedException {
    URI uri =
        URI.create(
            "http://%s/v2/broken/%s/manifests/%s"
                .formatted(registry.host(), behaviour.repository(), reference));
    return client.send(
        HttpRequest.newBuilder(uri)
            .method(method, BodyPublishers.noBody())
            .timeout(patience)
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({
    "LIMITED, 429, 429, retry-after, 2",
    "LIMITED_AT_GET, 200, 429, '', ''",
    "SERVER_ERROR, 500, 500, '', ''",
    "HTML, 200, 200, content-type, text/html",
    "FORBIDDEN_REDIRECT, 307, 307, location, https://169.254.169.254/",
    "FORBIDDEN_REALM, 401, 401, www-authenticate, https://169.254.169.254/",
    "LOOPBACK_REDIRECT, 307, 307, location, https://127.0.0.1:",
    "LOOPBACK_REALM, 401, 401, www-authenticate, https://127.0.0.1:",
    "ENDLESS_TOKEN, 401, 401, www-authenticate, /endless-token",
    "WRONG_DIGEST, 200, 200, docker-content-digest, sha256:aaaa",
    "SCHEMA_1, 200, 200, content-type, manifest.v1+prettyjws",
    "OTHER_PLATFORM, 200, 200, content-type, image.index.v1+json",
    "HEAD_UNSUPPORTED, 405, 200, content-type, image.manifest.v1+json",
    "NO_DIGEST, 200, 200, content-type, image.manifest.v1+json",
    "WELL_BEHAVED, 200, 200, docker-content-digest, sha256:"
  })
  void answers(Behaviour behaviour, int head, int get, String header, String value)
      throws Exception {
    assertThat(ask("HEAD", behaviour, "1.0", PATIENCE).statusCode()).isEqualTo(head);
    HttpResponse<String> got = ask("GET", behaviour, "1.0", PATIENCE);
    assertThat(got.statusCode()).isEqualTo(get);
    assertThat(header.isEmpty() ? "" : got.headers().firstValue(header).orElseThrow())
        .contains(value);
    assertThat(got.headers().firstValue("docker-content-digest").isPresent())
        .isEqualTo(get == 200 && behaviour != Behaviour.HTML && behaviour != Behaviour.NO_DIGEST);
    String target = " /v2/broken/" + behaviour.repository() + "/manifests/1.0";
    assertThat(registry.requests(behaviour)).containsExactly("HEAD" + target, "GET" + target);
    assertThat(registry.requests(Behaviour.HANGING)).isEmpty();
    assertThat(registry.trapped()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"GARBAGE", "HUGE_HEADERS"})
  void breaksTheProtocol(Behaviour behaviour) {
    assertThatThrownBy(() -> ask("HEAD", behaviour, "1.0", PATIENCE))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "GET"})
  void hangs(String method) {
    assertThatThrownBy(() -> ask(method, Behaviour.HANGING, "1.0", SOON))
        .isInstanceOf(HttpTimeoutException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2/broken/endless-body/manifests/1.0", "endless-token"})
  void sendsWithoutEnd(String path) throws Exception {
    URI uri = URI.create("http://" + registry.host() + "/" + path);
    HttpResponse<InputStream> answer =
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      assertThat(body.readNBytes(MUCH)).hasSize(MUCH);
    }
  }

  @Test
  void servesADigestUnderItsOwnNameAlone() throws Exception {
    String digest =
        ask("GET", Behaviour.OTHER_PLATFORM, "1.0", PATIENCE)
            .headers()
            .firstValue("docker-content-digest")
            .orElseThrow();
    String other = "sha256:" + "c".repeat(64);

    assertThat(ask("HEAD", Behaviour.OTHER_PLATFORM, digest, PATIENCE).statusCode()).isEqualTo(200);
    assertThat(ask("HEAD", Behaviour.OTHER_PLATFORM, other, PATIENCE).statusCode()).isEqualTo(404);
    assertThat(
            ask("HEAD", Behaviour.WRONG_DIGEST, other, PATIENCE)
                .headers()
                .firstValue("docker-content-digest"))
        .contains(ScriptedServer.DIGEST);
  }
}
