package dev.pullgate.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.document.DocumentException;
import dev.pullgate.document.YamlReader;
import dev.pullgate.workload.NodePlacement.Selected;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// On which nodes a spec lets its pod run.
final class NodePlacementTest {
  /// The node of most tests is called one.
  private static final Map<String, String> LABELS =
      Map.of("zone", "a", "cores", "8", "kubernetes.io/os", "linux", "kubernetes.io/arch", "arm64");

  private static NodePlacement placement(String spec) {
    try {
      return NodePlacement.of(YamlReader.read("spec", spec).getFirst().tree());
    } catch (DocumentException e) {
      throw new AssertionError(e);
    }
  }

  private static NodePlacement affinity(String terms) {
    return placement(
        "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " {nodeSelectorTerms: "
            + terms
            + "}}}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{nodeSelector: {zone: a}}",
        "{nodeSelector: {zone: a, kubernetes.io/arch: arm64}}",
        "{nodeName: one}",
        "{nodeName: one, nodeSelector: {zone: b}}",
        "{os: {name: linux}}",
        "{affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1,"
            + " preference: {matchExpressions: [{key: zone, operator: In, values: [b]}]}}]}}}",
      })
  void allowsTheNode(String spec) {
    assertThat(placement(spec).allows("one", LABELS, List.of())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{nodeSelector: {zone: b}}",
        "{nodeSelector: {disk: ssd}}",
        "{nodeName: two}",
        "{os: {name: windows}}",
      })
  void doesNotAllowTheNode(String spec) {
    assertThat(placement(spec).allows("one", LABELS, List.of())).isFalse();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "[{matchExpressions: [{key: zone, operator: In, values: [a, b]}]}] | true",
        "[{matchExpressions: [{key: zone, operator: In, values: [b]}]}] | false",
        "[{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}] | false",
        "[{matchExpressions: [{key: zone, operator: NotIn, values: [b]}]}] | true",
        "[{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]}] | false",
        "[{matchExpressions: [{key: disk, operator: NotIn, values: [ssd]}]}] | true",
        "[{matchExpressions: [{key: zone, operator: Exists}]}] | true",
        "[{matchExpressions: [{key: disk, operator: Exists}]}] | false",
        "[{matchExpressions: [{key: zone, operator: DoesNotExist}]}] | false",
        "[{matchExpressions: [{key: disk, operator: DoesNotExist}]}] | true",
        "[{matchExpressions: [{key: cores, operator: Gt, values: ['4']}]}] | true",
        "[{matchExpressions: [{key: cores, operator: Gt, values: ['8']}]}] | false",
        "[{matchExpressions: [{key: cores, operator: Lt, values: ['16']}]}] | true",
        "[{matchExpressions: [{key: cores, operator: Lt, values: ['8']}]}] | false",
        "[{matchExpressions: [{key: zone, operator: Gt, values: ['4']}]}] | false",
        "[{matchExpressions: [{key: disk, operator: Gt, values: ['4']}]}] | false",
        "[{matchExpressions: [{key: cores, operator: Gt, values: ['4', '5']}]}] | false",
        "[{matchExpressions: [{key: zone, operator: Near, values: [a]}]}] | false",
        "[{matchFields: [{key: metadata.name, operator: In, values: [one]}]}] | true",
        "[{matchFields: [{key: metadata.name, operator: In, values: [two]}]}] | false",
        "[{matchFields: [{key: metadata.name, operator: NotIn, values: [two]}]}] | true",
        "[{matchFields: [{key: metadata.uid, operator: In, values: [one]}]}] | false",
        // Requirements of a term are all asked for; of the terms one is enough.
        "[{matchExpressions: [{key: zone, operator: Exists}, {key: disk, operator: Exists}]}] | false",
        "[{matchExpressions: [{key: disk, operator: Exists}]}, {matchExpressions: [{key: zone, operator: Exists}]}] | true",
        "[{matchExpressions: [{key: zone, operator: Exists}], matchFields: [{key: metadata.name, operator: In, values: [two]}]}] | false",
        // An empty term stands for no node.
        "[{}] | false",
        "[] | false",
      })
  void followsNodeAffinity(String terms, boolean allowed) {
    assertThat(affinity(terms).allows("one", LABELS, List.of())).isEqualTo(allowed);
  }

  @ParameterizedTest(name = "{0} tolerates {1}={2}:{3}: {4}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "[] | gpu | yes | NoSchedule | false",
        "[] | gpu | yes | NoExecute | false",
        "[] | gpu | yes | PreferNoSchedule | true",
        "[{key: gpu, operator: Exists}] | gpu | yes | NoSchedule | true",
        "[{key: gpu, operator: Exists, effect: NoExecute}] | gpu | yes | NoSchedule | false",
        "[{key: gpu, value: 'yes'}] | gpu | yes | NoSchedule | true",
        "[{key: gpu, operator: Equal, value: 'no'}] | gpu | yes | NoSchedule | false",
        "[{key: other, operator: Exists}] | gpu | yes | NoSchedule | false",
        "[{operator: Exists}] | gpu | yes | NoSchedule | true",
        "[{value: 'yes'}] | gpu | yes | NoSchedule | false",
        "[{key: sla, operator: Gt, value: '900'}] | sla | 950 | NoSchedule | true",
        "[{key: sla, operator: Gt, value: '950'}] | sla | 900 | NoSchedule | false",
        "[{key: sla, operator: Lt, value: '950'}] | sla | 900 | NoSchedule | true",
        "[{key: sla, operator: Lt, value: high}] | sla | 900 | NoSchedule | false",
        // What passes with the node's state keeps nobody away for good.
        "[] | node.kubernetes.io/not-ready | '' | NoExecute | true",
        "[] | node.kubernetes.io/unschedulable | '' | NoSchedule | true",
        "[] | node-role.kubernetes.io/control-plane | '' | NoSchedule | false",
      })
  void followsTaints(String tolerations, String key, String value, String effect, boolean allowed) {
    assertThat(
            placement("{tolerations: " + tolerations + "}")
                .allows("one", LABELS, List.of(new Taint(key, value, effect))))
        .isEqualTo(allowed);
  }

  @Test
  void aPodThatNamesItsNodePassesTaintsBy() {
    assertThat(
            placement("{nodeName: one}")
                .allows("one", LABELS, List.of(new Taint("gpu", "", "NoSchedule"))))
        .isTrue();
  }

  @Test
  void saysWhatItSelectsItself() {
    assertThat(placement("{nodeSelector: {kubernetes.io/arch: arm64}}").selected())
        .containsExactly(new Selected("", "arm64"));
    assertThat(placement("{nodeSelector: {beta.kubernetes.io/os: windows}}").selected())
        .containsExactly(new Selected("windows", ""));
    assertThat(placement("{os: {name: windows}}").selected())
        .containsExactly(new Selected("windows", ""));
    assertThat(
            affinity(
                    "[{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [linux]},"
                        + " {key: kubernetes.io/arch, operator: In, values: [amd64, arm64]}]}]")
                .selected())
        .containsExactlyInAnyOrder(new Selected("linux", "amd64"), new Selected("linux", "arm64"));
  }

  @Test
  void saysNothingWhereOneAlternativeLeavesAllOpen() {
    assertThat(placement("{}").selected()).isEmpty();
    assertThat(placement("{nodeSelector: {zone: a}}").selected()).isEmpty();
    assertThat(
            affinity(
                    "[{matchExpressions: [{key: kubernetes.io/arch, operator: In, values:"
                        + " [arm64]}]}, {matchExpressions: [{key: zone, operator: Exists}]}]")
                .selected())
        .isEmpty();
  }

  @Test
  void takesASpecOfExcessiveSizeAsUnknown() {
    String terms =
        IntStream.range(0, 300)
            .mapToObj(i -> "{matchExpressions: [{key: kubernetes.io/arch, operator: Exists}]}")
            .collect(Collectors.joining(",", "[", "]"));

    assertThat(affinity(terms).allows("one", LABELS, List.of())).isFalse();
    assertThat(affinity(terms).selected()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{nodeSelector: [a], affinity: 7, tolerations: {a: b}, nodeName: [], os: x}",
        "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}}}",
        "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " {nodeSelectorTerms: [7, {matchExpressions: [a]}]}}}}",
      })
  void survivesOtherShapes(String spec) {
    assertThat(placement(spec).selected()).isEmpty();
  }
}
