package dev.pullgate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class TagGlobTest {
  @ParameterizedTest
  @CsvSource({
    "latest, latest, true",
    "latest, latest2, false",
    "latest, Latest, false",
    "*, anything, true",
    "**, anything, true",
    "*-SNAPSHOT, 1.0-SNAPSHOT, true",
    "*-SNAPSHOT, 1.0-SNAPSHOT-2, false",
    "v*, v1, true",
    "v*, 1v, false",
    "1.*.3, 1.2.3, true",
    "1.*.3, 1x2x3, false",
    "a*a, a, false",
    "a*a, aa, true",
    "ab*ba, aba, false",
    "*a*b*, xaxbx, true",
    "*a*b*, xbxax, false",
    "*ab*ab, ab, false",
    "*ab*ab, abab, true"
  })
  void standsForTags(String glob, String tag, boolean matches) {
    assertThat(new TagGlob(glob).matches(tag)).isEqualTo(matches);
  }

  @ParameterizedTest
  @EmptySource
  @ValueSource(strings = {" ", "a b", "a:b", "a/b", "v?", "[ab]", "ä", "latest\n"})
  void refusesWhatCanMatchNoTag(String glob) {
    assertThatThrownBy(() -> new TagGlob(glob))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a tag glob holds letters");
  }

  @Test
  void matchesManyStarsWithoutTryingEveryWay() {
    assertThat(new TagGlob("*a".repeat(1_000) + "b").matches("a".repeat(128))).isFalse();
  }
}
