package dev.pullgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.policy.LabelSelector.Operator;
import dev.pullgate.policy.LabelSelector.Requirement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {
  @ParameterizedTest
  @CsvSource({
    "IN, tier, true",
    "IN, other, false",
    "IN, absent, false",
    "NOT_IN, tier, false",
    "NOT_IN, other, true",
    "NOT_IN, absent, true",
    "EXISTS, tier, true",
    "EXISTS, other, true",
    "EXISTS, absent, false",
    "DOES_NOT_EXIST, tier, false",
    "DOES_NOT_EXIST, absent, true"
  })
  void asksAsKubernetesDoes(Operator operator, String key, boolean selected) {
    LabelSelector selector =
        new LabelSelector(List.of(new Requirement(key, operator, Set.of("front", "back"))));

    assertThat(selector.selects(Map.of("tier", "front", "other", "x"))).isEqualTo(selected);
  }

  @Test
  void needsEveryRequirement() {
    LabelSelector selector =
        new LabelSelector(
            List.of(
                new Requirement("a", Operator.EXISTS, Set.of()),
                new Requirement("b", Operator.EXISTS, Set.of())));

    assertThat(selector.selects(Map.of("a", ""))).isFalse();
    assertThat(selector.selects(Map.of("a", "", "b", ""))).isTrue();
  }

  @Test
  void selectsEverythingWithoutRequirements() {
    assertThat(LabelSelector.EVERYTHING.selects(Map.of())).isTrue();
    assertThat(LabelSelector.EVERYTHING.selects(Map.of("a", "b"))).isTrue();
  }
}
