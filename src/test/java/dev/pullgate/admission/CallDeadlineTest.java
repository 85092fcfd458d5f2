package dev.pullgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.review.Deadline;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallDeadlineTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "10s, 9500",
    "1s, 900",
    "5s, 4500",
    "2.5s, 2250",
    "0.5s, 450",
    "30s, 29500",
    "31s, 29500",
    "1m, 29500",
    "0m5s, 4500",
    "1m0s, 29500",
    "500ms, 450",
    "250ms, 225",
    "1h, 29500"
  })
  void leavesATenthOfTheTimeAndAtMostHalfASecond(String timeout, long millis) {
    assertThat(deadline(timeout).remaining()).hasMillis(millis);
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "0s",
    "0m0s",
    "s",
    "m",
    "10",
    "-5s",
    "+5s",
    "5 s",
    "5S",
    "s5",
    "1e3s",
    "99999999999999s",
    "5s5s",
    "0x5s",
    "٥s",
    ".s",
    "NaN"
  })
  void takesTheApiServersOwnLimitWhereNothingUsableIsSaid(String timeout) {
    assertThat(deadline(timeout).remaining()).hasMillis(9_500);
  }

  @Test
  void takesTheApiServersOwnLimitWhereNothingIsSaid() {
    Deadline deadline = CallDeadline.of(InstantSource.fixed(NOW), null);

    assertThat(deadline.at()).isEqualTo(NOW.plusMillis(9_500));
  }

  private static Deadline deadline(String timeout) {
    return CallDeadline.of(InstantSource.fixed(NOW), timeout);
  }
}
