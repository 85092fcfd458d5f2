package dev.pullgate.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
  @ParameterizedTest
  @CsvSource({
    "ghcr.io, ghcr.io, 3, 0",
    "ghcr.io, ghrc.io, 3, 1",
    "ghcr.io, gcr.io, 3, 1",
    "ghcr.io, gchcr.io, 3, 1",
    "ghcr.io, ghcx.io, 3, 1",
    "kitten, sitting, 5, 3",
    "kitten, sitting, 2, 3",
    "'', abc, 5, 3",
    "'', '', 0, 0",
    "a, abcdefgh, 2, 3"
  })
  void countsLettersUpToItsLimit(String one, String other, int limit, int distance) {
    assertThat(EditDistance.between(one, other, limit)).isEqualTo(distance);
    assertThat(EditDistance.between(other, one, limit)).isEqualTo(distance);
  }
}
