package dev.pullgate.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlineTest {
  private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-31T12:00:00Z"));

  @ParameterizedTest
  @CsvSource({"PT10S, PT9S", "PT5S, PT4S", "PT1S, PT0.8S", "PT0S, PT0S", "PT-1S, PT0S"})
  void leavesAFifthAndAtMostASecond(Duration whole, Duration left) {
    Deadline earlier = Deadline.after(clock, whole).leaving(Duration.ofSeconds(1));

    assertThat(earlier.remaining()).isEqualTo(left);
  }
}
