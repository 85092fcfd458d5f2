package dev.pullgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.policy.PolicyException;
import dev.pullgate.policy.Rule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExceptionEndsTest {
  private static final Instant END = Instant.parse("2026-06-30T00:00:00Z");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ExceptionEnds ends = new ExceptionEnds(meters);

  @Test
  void saysOnceThatTheEndIsNearAndOnceThatItIsThere() {
    assertThat(said(Duration.ofDays(15))).isEmpty();
    assertThat(said(Duration.ofDays(14)))
        .containsExactly(
            "the exception old-shop from not-found, unpinned of baseline ends at"
                + " 2026-06-30T00:00:00Z; until then repair what pullgate_policy_exception_uses_total"
                + " still counts, or prolong it");
    assertThat(said(Duration.ofDays(2))).isEmpty();
    assertThat(said(Duration.ofDays(1))).hasSize(1);
    assertThat(said(Duration.ofSeconds(1))).isEmpty();
    assertThat(said(Duration.ZERO))
        .containsExactly(
            "the exception old-shop from not-found, unpinned of baseline ended at"
                + " 2026-06-30T00:00:00Z and has no effect any more; delete it");
    assertThat(said(Duration.ofDays(-9))).isEmpty();
  }

  @Test
  void announcesTheNewEndOfWhatWasProlonged() {
    assertThat(said(Duration.ofDays(1))).hasSize(1);
    Instant later = END.plus(Duration.ofDays(30));

    assertThat(ends.look(List.of(exception(later)), END)).isEmpty();
    assertThat(ends.look(List.of(exception(later)), later)).hasSize(1);
  }

  @Test
  void keepsTheEndAsAMetricWhileTheExceptionIsThere() {
    said(Duration.ofDays(100));
    assertThat(
            meters
                .get("pullgate.policy.exception.expiry.timestamp")
                .tag("exception", "old-shop")
                .gauge()
                .value())
        .isEqualTo((double) END.getEpochSecond());

    ends.look(List.of(), END);
    assertThat(meters.find("pullgate.policy.exception.expiry.timestamp").gauges()).isEmpty();
  }

  private List<String> said(Duration before) {
    return ends.look(List.of(exception(END)), END.minus(before));
  }

  private static PolicyException exception(Instant expires) {
    return new PolicyException(
        "old-shop",
        Set.of("baseline"),
        Set.of(Rule.UNPINNED, Rule.NOT_FOUND),
        Set.of(),
        List.of(),
        "moves in June",
        expires);
  }
}
