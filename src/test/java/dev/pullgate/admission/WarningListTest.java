package dev.pullgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WarningListTest {
  @Test
  void leavesWhatFitsAsItIsAndSaysTheSameOnce() {
    assertThat(WarningList.bounded(List.of("a", "b", "a"))).containsExactly("a", "b");
    String long500 = "x".repeat(500) + " [unreachable]; admitted";
    assertThat(WarningList.bounded(List.of(long500))).containsExactly(long500);
  }

  @Test
  void keepsTheRuleOfEachWarningThatHasToBeCut() {
    List<String> bounded =
        WarningList.bounded(
            IntStream.range(0, 30)
                .mapToObj(i -> "pullgate: " + i + " 💥".repeat(300) + " [unreachable]; admitted")
                .toList());

    assertThat(bounded).hasSize(11);
    assertThat(bounded.subList(0, 10))
        .allSatisfy(warning -> {
          assertThat(warning).startsWith("pullgate: ").endsWith("… [unreachable]; admitted");
          assertThat(warning.codePointCount(0, warning.length())).isEqualTo(256);
        });
    assertThat(bounded.getLast())
        .isEqualTo("pullgate: and 20 more warnings, shown when these are mended");
    assertThat(bounded.stream().mapToInt(text -> text.codePointCount(0, text.length())).sum())
        .isLessThan(4096);
  }

  @Test
  void cutsTheAdviceBeforeTheCause() {
    String cause = "pullgate: container \"web\": nginx has no tag, so it means latest";
    String warning = cause + " [unpinned]; admitted.  Fix: " + "x".repeat(300);

    assertThat(WarningList.bounded(Collections.nCopies(1, warning))).containsExactly(warning);
    assertThat(WarningList.bounded(IntStream.range(0, 10).mapToObj(i -> warning + i).toList()))
        .allSatisfy(cut -> assertThat(cut).isEqualTo(cause + " [unpinned]; admitted…"));
  }
}
