package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.testbed.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.image.MediaType;
import dev.pullgate.review.RegistryHealth;
import dev.pullgate.review.RegistryQuota;
import dev.pullgate.testbed.ScriptedServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a registry says of itself in its headers, read from a real socket.
final class RegistryQuotaTest {
  private final AtomicReference<ScriptedServer.Script> script =
      new AtomicReference<>(withQuota("ratelimit-limit: 100;w=21600", "ratelimit-remaining: 98"));
  private final ScriptedServer server =
      ScriptedServer.http((request, client) -> script.get().answer(request, client));
  private final SteppedClock clock = new SteppedClock();
  private final AskingClient client = new AskingClient(clock, plain(server.host()));

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static ScriptedServer.Script withQuota(String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: " + MediaType.OCI_MANIFEST);
    all.add("Docker-Content-Digest: " + ScriptedServer.DIGEST);
    return status(200, all.toArray(String[]::new));
  }

  private RegistryHealth health() {
    List<RegistryHealth> all = client.health();
    assertThat(all).hasSize(1);
    assertThat(all.getFirst().host()).isEqualTo(server.host());
    return all.getFirst();
  }

  private static RegistryQuota quota(long limit, long remaining, int seconds, Instant seenAt) {
    return new RegistryQuota(limit, remaining, Duration.ofSeconds(seconds), seenAt);
  }

  @Test
  void keepsTheNewestQuota() {
    client.ask(server.host() + "/shop/web:1");
    assertThat(health().quota()).contains(quota(100, 98, 21600, SteppedClock.START));

    clock.move(Duration.ofSeconds(5));
    script.set(
        withQuota(
            "RateLimit-Limit: 100;w=21600",
            "RATELIMIT-REMAINING: 97;w=21600",
            "docker-ratelimit-source: 192.0.2.1"));
    client.ask(server.host() + "/shop/web:2");
    assertThat(health().quota()).contains(quota(100, 97, 21600, SteppedClock.START.plusSeconds(5)));
    assertThat(client.metrics())
        .contains("pullgate_registry_quota_remaining{registry=\"" + server.host() + "\"} 97.0");
  }

  @Test
  void keepsWhatTheGatesOwnAddressHasOverWhatALoginHas() {
    client.ask(server.host() + "/shop/web:1");
    script.set(withQuota("ratelimit-limit: 200;w=21600", "ratelimit-remaining: 0"));
    client.ask(server.host() + "/shop/web:2", login("s", "jane", "secret"));

    assertThat(health().quota().map(RegistryQuota::remaining)).contains(98L);
  }

  @Test
  void takesWhatALoginHasWhereNothingElseIsKnown() {
    client.ask(server.host() + "/shop/web:1", login("s", "jane", "secret"));
    assertThat(health().quota().map(RegistryQuota::remaining)).contains(98L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100;w=21600           | 98;w=21600 | 100 | 98",
        "' 100 ; w=21600 '     | 98         | 100 | 98",
        "100                   | 0          | 100 | 0",
        "100, 100;w=60         | 98         |     |",
        "many                  | 98         |     |",
        "99999999999999999999  | 98         |     |",
        "100;w=21600           | -1         |     |",
        "-100                  | 98         |     |",
        "''                    | ''         |     |"
      })
  void readsNoQuotaOutOfGarbage(String limit, String remaining, Long first, Long second) {
    Answer answer =
        new Answer(
            200,
            Map.of("ratelimit-limit", List.of(limit), "ratelimit-remaining", List.of(remaining)),
            "");
    Optional<RegistryQuota> quota = Quotas.read(answer, SteppedClock.START);

    assertThat(quota.map(RegistryQuota::limit)).isEqualTo(Optional.ofNullable(first));
    assertThat(quota.map(RegistryQuota::remaining)).isEqualTo(Optional.ofNullable(second));
  }

  @Test
  void saysHowTheRegistryDoes() {
    script.set(withQuota());
    client.ask(server.host() + "/shop/web:1");
    assertThat(health().reachable()).isTrue();
    assertThat(health().trouble()).isEmpty();
    assertThat(health().quota()).isEmpty();
    assertThat(health().lastSeen()).contains(SteppedClock.START);
    assertThat(client.metrics()).doesNotContain("pullgate_registry_quota_remaining");

    clock.move(Duration.ofMinutes(1));
    script.set(ScriptedServer.reset());
    client.ask(server.host() + "/shop/web:2");
    assertThat(health().reachable()).isFalse();
    assertThat(health().trouble()).contains("refused or broke the connection");
    assertThat(health().lastSeen()).contains(SteppedClock.START);

    script.set(status(429));
    client.ask(server.host() + "/shop/web:3");
    assertThat(health().reachable()).isTrue();
    assertThat(health().trouble()).contains("limits requests (429)");

    script.set(status(404));
    clock.move(Duration.ofMinutes(1));
    client.ask(server.host() + "/shop/web:4");
    assertThat(health().reachable()).isTrue();
    assertThat(health().trouble()).isEmpty();
  }

  @Test
  void namesItsMetricsAsPromised() {
    client.ask(server.host() + "/shop/web:1");
    client.ask(server.host() + "/shop/web:1");
    client.ask("registry.invalid/shop/web:1");

    String registry = "registry=\"" + server.host() + "\"";
    assertThat(client.metrics())
        .contains(
            "pullgate_registry_requests_total{method=\"HEAD\",outcome=\"200\","
                + registry
                + "} 1.0")
        .contains(
            "pullgate_registry_requests_total{method=\"HEAD\",outcome=\"failed\","
                + "registry=\"other\"} 1.0")
        .contains(
            "pullgate_registry_request_duration_seconds_count{method=\"HEAD\"," + registry + "} 1")
        .contains("pullgate_resolution_cache_requests_total{result=\"hit\"} 1.0")
        .contains("pullgate_resolution_cache_requests_total{result=\"miss\"} 2.0")
        .doesNotContain("registry.invalid");
  }
}
