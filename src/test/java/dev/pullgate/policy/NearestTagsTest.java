package dev.pullgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTagsTest {
  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.2.4         | 0.9 1.2.3 1.2.5 2.0                        | 1.2.5 1.2.3 2.0
          1.2.4         | 1.2.5-rc1 1.2.5 1.2.3                      | 1.2.5 1.2.3 1.2.5-rc1
          1.2.4         | 1.2 1 1.2.9 1.3.0                          | 1.2.9 1.2 1.3.0
          1.2.4         | v1.2.4 1.2.5                               | v1.2.4 1.2.5
          v1.2.4        | 1.2.4 v1.2.5                               | 1.2.4 v1.2.5
          V1.2          | v1.2 v1.3                                  | v1.2 v1.3
          1.2.4-alpine  | 1.2.5 1.2.4 1.2.5-alpine 1.2.3-alpine      | 1.2.4 1.2.5-alpine 1.2.3-alpine
          1.2.4         | 1.2.4-alpine 1.2.4-slim 1.3                | 1.2.4-slim 1.2.4-alpine 1.3
          1.27          | 1.27.1 1.27.4 1.26 1.28                    | 1.27.4 1.27.1 1.28
          3.0.0         | 1.0.0 2.9.9 2.0.0                          | 2.9.9 2.0.0 1.0.0
          v12           | v11 v1.2 v2                                | v1.2 v11 v2
          1.10          | 1.1.0 1.9 1.11                             | 1.11 1.9 1.1.0
          release-1.3   | release-1.2 1.3 release-1.4                | release-1.4 release-1.2 1.3
          stabel        | stable latest-main 1.2.3                   | stable 1.2.3 latest-main
          prod          | 1.2.3 1.2.5 1.1.0 production-candidate-abc | 1.2.5 1.2.3 1.1.0
          Main          | main mian develop                          | main mian develop
          20250102      | 20250101 20241231 20250103                 | 20250103 20250101 20241231
          """)
  void choosesTheNearest(String wanted, String tags, String nearest) {
    List<String> listed = new ArrayList<>(Arrays.asList(tags.split(" ")));
    assertThat(NearestTags.to(wanted, listed)).containsExactly(nearest.split(" "));
    Collections.reverse(listed);
    assertThat(NearestTags.to(wanted, listed)).containsExactly(nearest.split(" "));
  }

  @Test
  void neverProposesSignaturesOrWhatIsNoTag() {
    String signature = "sha256-" + "a".repeat(64);
    assertThat(
            NearestTags.to(
                "1.2.4",
                List.of(
                    signature,
                    signature + ".sig",
                    signature + ".att",
                    signature + ".sbom",
                    "1.2.5\u001b[31m",
                    "-1.2.5",
                    "",
                    "1.2.5;reboot",
                    "1.2.4",
                    "x".repeat(129),
                    "1.2.3")))
        .containsExactly("1.2.3");
  }

  @Test
  void hasNothingToSayOfAnEmptyRepository() {
    assertThat(NearestTags.to("1.2.4", List.of())).isEmpty();
    assertThat(NearestTags.highestVersions(List.of(), 5)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 1.37 1.37.0 1.36.1 1.36 latest stable   | 1.37.0 1.36.1
          v1.9.0 v1.10.0 v1.10.1-rc1 main            | v1.10.0 v1.9.0
          20240101 3.20 3.20.1 3.19 20231219         | 3.20.1 3.19 20240101 20231219
          1.6 1.5 1.4 1.3 1.2 1.1                    | 1.6 1.5 1.4 1.3 1.2
          99999999999999999999.1 2.0                 | 2.0
          """)
  void findsTheHighestPlainVersions(String tags, String highest) {
    assertThat(NearestTags.highestVersions(Arrays.asList(tags.split(" ")), 5))
        .containsExactly(highest.split(" "));
  }

  @Test
  void staysQuickWithManyLongTags() {
    List<String> tags = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      tags.add("a".repeat(100) + "-" + i);
    }
    long begin = System.nanoTime();

    assertThat(NearestTags.to("b".repeat(120), tags)).hasSize(3);

    assertThat(System.nanoTime() - begin).isLessThan(5_000_000_000L);
  }
}
