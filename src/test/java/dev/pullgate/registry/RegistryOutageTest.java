package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.registry.AskingClient.within;
import static dev.pullgate.testbed.ScriptedServer.manifest;
import static dev.pullgate.testbed.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pullgate.image.Digest;
import dev.pullgate.image.MediaType;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.Resolution;
import dev.pullgate.policy.Resolution.Cause;
import dev.pullgate.testbed.ScriptedServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A registry that is down or wants to be left alone, on a real socket: how often it is asked, and
/// what serves meanwhile.
final class RegistryOutageTest {
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(5001);

  private final AtomicReference<ScriptedServer.Script> script = new AtomicReference<>(manifest());
  private final ScriptedServer server =
      ScriptedServer.http((request, client) -> script.get().answer(request, client));
  private final SteppedClock clock = new SteppedClock();
  private final AskingClient client =
      new AskingClient(clock, within(Duration.ofSeconds(20), plain(server.host())));
  private final String image = server.host() + "/shop/web:1.0";

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private Resolution askTimes(int times) {
    Resolution last = client.ask(image);
    for (int i = 1; i < times; i++) {
      last = client.ask(image);
    }
    return last;
  }

  private Resolution found() {
    return new Resolution.Found(
        server.host(),
        Digest.parse(ScriptedServer.DIGEST).orElseThrow(),
        MediaType.OCI_MANIFEST,
        Access.ANONYMOUS);
  }

  private Resolution stale() {
    return ((Resolution.Found) found()).stale(SteppedClock.START);
  }

  static Stream<Arguments> outages() {
    return Stream.of(
        arguments("500", status(500), "answered 500"),
        arguments("503", status(503), "answered 503"),
        arguments("a reset", ScriptedServer.reset(), "refused or broke the connection"),
        arguments("no answer", ScriptedServer.raw(""), "closed the connection without an answer"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outages")
  void leavesARegistryAloneThatIsDown(String name, ScriptedServer.Script outage, String detail) {
    script.set(outage);
    assertThat(detail(askTimes(5))).as(name).isEqualTo(detail);
    int asked = server.requests().size();

    assertThat(detail(client.ask(image)))
        .isEqualTo(detail + ", so it is left alone for another 5 s");
    clock.move(Duration.ofMillis(3100));
    assertThat(detail(client.ask(server.host() + "/another:1", login("s", "jane", "secret"))))
        .isEqualTo(detail + ", so it is left alone for another 2 s");
    assertThat(server.requests()).hasSize(asked);
  }

  @Test
  void triesARegistryNowAndThenWithOneQuestion() {
    script.set(status(502));
    askTimes(6);
    assertThat(server.requests()).hasSize(5);

    clock.move(BETWEEN_TRIES);
    askTimes(3);
    assertThat(server.requests()).hasSize(6);

    script.set(manifest());
    clock.move(BETWEEN_TRIES);
    assertThat(client.ask(image)).isEqualTo(found());
    assertThat(client.ask(server.host() + "/another:1")).isInstanceOf(Resolution.Found.class);
    assertThat(server.requests()).hasSize(8);
  }

  @Test
  void doesNotTakeWhatALoginBringsAboutForAnOutage() {
    script.set(ScriptedServer.challenging(status(503, "Retry-After: 60")));
    for (int i = 0; i < 10; i++) {
      client.ask(image, login("s", "jane", "breaks-the-issuer-" + i));
    }
    assertThat(server.requests()).hasSize(20);
    assertThat(client.ask(image, login("s", "jane", "another"))).isNotEqualTo(found());
    assertThat(server.requests()).hasSize(22);

    script.set(ScriptedServer.challenging(status(503)));
    askTimes(20);
    assertThat(server.requests()).hasSize(22 + 2 * 5);
  }

  @Test
  void saysWhenTheTimeWasUpBeforeItCouldAsk() {
    script.set(ScriptedServer.silence());
    assertThat(detail(client.ask(Duration.ZERO, server.host() + "/late:1")))
        .isEqualTo(
            "was not waited for, since pullgate had no time left (it is busy, or the call came late)");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 410})
  void goesOnAskingWhoAnswers(int status) {
    script.set(status(status));
    for (int i = 0; i < 20; i++) {
      client.ask(server.host() + "/shop/web:" + i);
    }
    assertThat(server.requests())
        .filteredOn(request -> request.method().equals("HEAD"))
        .hasSize(20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Retry-After: 60                            | 60",
        "retry-after: 7                             | 7",
        "Retry-After: Sun, 22 Nov 2026 12:00:30 GMT | 30",
        "Retry-After: 86400                         | 300",
        "Retry-After: Mon, 22 Nov 2027 12:00:30 GMT | 300",
        "Retry-After: soon                          | 1",
        "Retry-After: -5                            | 1",
        "Retry-After: 99999999999999999999          | 1",
        "X-Nothing: 1                               | 1"
      })
  void leavesARegistryAloneThatAsksForIt(String header, int seconds) {
    script.set(status(429, header));
    assertThat(client.ask(image))
        .isEqualTo(new Resolution.RateLimited(server.host(), "limits requests (429)"));
    clock.move(Duration.ofSeconds(seconds).minusMillis(1));
    assertThat(client.ask(image))
        .isEqualTo(
            new Resolution.RateLimited(
                server.host(), "limits requests (429), so it is left alone for another 1 s"));
    assertThat(server.requests()).hasSize(1);

    script.set(manifest());
    clock.move(Duration.ofMillis(1));
    assertThat(client.ask(image)).isEqualTo(found());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Retry-After: 0", "Retry-After: Sun, 22 Nov 2020 12:00:30 GMT"})
  void asksAgainAtOnceWhereItMay(String header) {
    script.set(status(429, header));
    askTimes(20);
    assertThat(server.requests()).hasSize(20);
  }

  @Test
  void leavesARegistryAloneThatIsBusy() {
    script.set(status(503, "Retry-After: 20"));
    client.ask(image);
    assertThat(client.ask(image, login("s", "jane", "secret")))
        .isEqualTo(
            new Resolution.RegistryError(
                server.host(), "answered 503, so it is left alone for another 20 s"));
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void doesNotTakeTheLimitOfOneLoginForThatOfAnother() {
    script.set(status(429, "Retry-After: 60"));
    client.ask(image, login("s", "jane", "used-up"));
    script.set(manifest());

    assertThat(client.ask(image, login("s", "jane", "used-up")))
        .isInstanceOf(Resolution.RateLimited.class);
    assertThat(client.ask(image, login("s", "jack", "fresh"))).isEqualTo(found());
    assertThat(client.ask(image)).isEqualTo(found());
  }

  static Stream<Arguments> silences() {
    return Stream.concat(
        outages(), Stream.of(arguments("429", status(429, "Retry-After: 60"), "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("silences")
  void servesTheLastGoodAnswerMeanwhile(String name, ScriptedServer.Script outage, String detail) {
    assertThat(client.ask(image)).isEqualTo(found());
    clock.move(Duration.ofMinutes(5).minusSeconds(1));
    assertThat(client.ask(image)).as(name + detail).isEqualTo(found());
    assertThat(server.requests()).hasSize(1);

    script.set(outage);
    clock.move(Duration.ofSeconds(1));
    for (int i = 0; i < 12; i++) {
      assertThat(client.ask(image)).isEqualTo(stale());
    }
    assertThat(server.requests()).hasSizeLessThanOrEqualTo(6);
    assertThat(client.metrics())
        .contains("pullgate_resolution_cache_requests_total{result=\"stale\"} 12.0");

    script.set(manifest());
    clock.move(Duration.ofMinutes(2));
    assertThat(client.ask(image)).isEqualTo(found());
  }

  @Test
  void servesTheLastGoodAnswerWhileARegistryHangs() {
    client.ask(image);
    script.set(ScriptedServer.silence());
    clock.move(Duration.ofMinutes(10));

    assertThat(client.ask(Duration.ofMillis(300), image)).isEqualTo(stale());
  }

  @Test
  void servesNothingThatTheRegistryTookBack() {
    client.ask(image);
    clock.move(Duration.ofMinutes(10));
    script.set(status(404));
    assertThat(client.ask(image)).isInstanceOf(Resolution.Absent.class);

    clock.move(Duration.ofSeconds(5));
    script.set(status(500));
    assertThat(client.ask(image)).isInstanceOf(Resolution.RegistryError.class);
  }

  @Test
  void servesNothingForAnAnswerThatTheGuardsRefuse() {
    client.ask(image);
    clock.move(Duration.ofMinutes(10));
    script.set(status(200, "Content-Type: text/html"));

    assertThat(client.ask(image)).isInstanceOf(Resolution.RegistryError.class);
  }

  @Test
  void servesNobodyWithTheAnswerOfAnother() {
    assertThat(client.ask(image, login("regcred", "jane", "s3cret"))).isEqualTo(found());
    clock.move(Duration.ofMinutes(10));
    script.set(status(500));

    assertThat(client.ask(image, login("regcred", "jane", "s3cret"))).isEqualTo(stale());
    assertThat(client.ask(image, login("regcred", "jane", "changed")))
        .isInstanceOf(Resolution.RegistryError.class);
    assertThat(client.ask(image)).isInstanceOf(Resolution.RegistryError.class);
  }

  @Test
  void servesNothingOlderThanADay() {
    client.ask(image);
    script.set(status(500));
    clock.move(Duration.ofHours(24).minusSeconds(1));
    assertThat(client.ask(image)).isEqualTo(stale());
    clock.move(Duration.ofSeconds(1));
    assertThat(client.ask(image)).isInstanceOf(Resolution.RegistryError.class);
  }

  @Test
  void remembersForSecondsThatThereIsNone() {
    script.set(status(404));
    askTimes(3);
    clock.move(Duration.ofSeconds(5));
    script.set(manifest());
    assertThat(client.ask(image)).isEqualTo(found());
    assertThat(server.requests()).hasSize(2);
  }

  private String detail(Resolution resolution) {
    if (resolution instanceof Resolution.Unreachable unreachable) {
      assertThat(unreachable.cause()).isIn(Cause.CONNECT, Cause.NOT_ASKED);
    }
    assertThat(resolution).isInstanceOf(Resolution.Inconclusive.class);
    assertThat(resolution.host()).isEqualTo(server.host());
    return ((Resolution.Inconclusive) resolution).detail();
  }
}
