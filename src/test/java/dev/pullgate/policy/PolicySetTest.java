package dev.pullgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.LabelSelector.Operator;
import dev.pullgate.policy.LabelSelector.Requirement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicySetTest {
  @Test
  void takesTheMirrorWithTheLongestSource() throws Exception {
    PolicySet policies =
        policies(
            mirroring("a", "docker.io", "a.io"),
            mirroring("b", "docker.io/library", "b.io"),
            mirroring("c", "quay.io", "c.io"));

    assertThat(mirrored(policies, "nginx")).isEqualTo("b.io/nginx");
    assertThat(mirrored(policies, "acme/web")).isEqualTo("a.io/acme/web");
    assertThat(mirrored(policies, "ghcr.io/acme/web")).isEqualTo("none");
  }

  @Test
  void takesThePolicyThatIsFirstByNameWhereSourcesAreEquallyLong() throws Exception {
    PolicySet policies =
        policies(
            mirroring("z", "docker.io", "z.io"),
            mirroring("b", "docker.io", "b.io"),
            mirroring("y", "docker.io", "y.io"));

    assertThat(mirrored(policies, "nginx")).isEqualTo("b.io/library/nginx");
  }

  @ParameterizedTest
  @CsvSource({"m.io/hub/library/nginx", "M.IO:443/hub/library/nginx", "m.io/hub/other"})
  void leavesAloneWhatIsMirroredAlready(String image) throws Exception {
    PolicySet policies =
        policies(mirroring("a", "docker.io", "m.io/hub"), mirroring("b", "m.io", "n.io"));

    assertThat(mirrored(policies, image)).isEqualTo("none");
  }

  @Test
  void mirrorsNothingInAuditAndNothingOutsideThePolicysImages() throws Exception {
    Policy audit =
        policy(
            "audit",
            scope(null),
            List.of(MirrorTest.mirror("audit", Mode.AUDIT, "docker.io", "a.io")));
    Policy other =
        policy(
            "other",
            new Policy.Scope(
                null,
                LabelSelector.EVERYTHING,
                LabelSelector.EVERYTHING,
                List.of(ImageGlob.of("docker.io/acme")),
                Set.of(),
                List.of(ImageGlob.of("docker.io/acme/secret"))),
            List.of(MirrorTest.mirror("other", Mode.WARN, "docker.io", "b.io")));
    PolicySet policies = policies(audit, other);

    assertThat(mirrored(policies, "nginx")).isEqualTo("none");
    assertThat(mirrored(policies, "acme/secret")).isEqualTo("none");
  }

  @Test
  void readsTheSourceByTheMirrorWithTheLongestTarget() throws Exception {
    PolicySet policies =
        policies(mirroring("a", "docker.io", "m.io"), mirroring("b", "quay.io", "m.io/quay"));

    assertThat(source(policies, "m.io/quay/acme/web")).isEqualTo("quay.io/acme/web");
    assertThat(source(policies, "m.io/library/nginx")).isEqualTo("docker.io/library/nginx");
    assertThat(source(policies, "nginx")).isEqualTo("none");
  }

  @Test
  void findsARegistryUnderAnySpellingOfItsHost() {
    RegistrySettings hub = RegistrySettings.undeclared("docker.io");
    PolicySet policies = new PolicySet(List.of(), List.of(hub), List.of());

    assertThat(Stream.of("docker.io", "Index.Docker.io", "registry-1.docker.io:443"))
        .allSatisfy(host -> assertThat(policies.declared(host)).contains(hub));
    assertThat(policies.declared("docker.io:5000")).isEmpty();
  }

  @Test
  void coversObjectsByNamespaceAndLabels() {
    LabelSelector opted =
        new LabelSelector(List.of(new Requirement("on", Operator.EXISTS, Set.of())));
    PolicySet policies =
        policies(
            policy("everywhere", scope(null), List.of()),
            policy("only-dev", scope("dev"), List.of()),
            policy(
                "labelled",
                new Policy.Scope(
                    null, opted, LabelSelector.EVERYTHING, List.of(), Set.of("dev"), List.of()),
                List.of()),
            policy(
                "pods",
                new Policy.Scope(
                    null, LabelSelector.EVERYTHING, opted, List.of(), Set.of(), List.of()),
                List.of()));

    assertThat(covering(policies, "dev", Map.of("on", ""), Map.of()))
        .containsExactly("everywhere", "only-dev");
    assertThat(covering(policies, "prod", Map.of("on", ""), Map.of()))
        .containsExactly("everywhere", "labelled");
    assertThat(covering(policies, "prod", Map.of(), Map.of("on", "")))
        .containsExactly("everywhere", "pods");
  }

  private static List<String> covering(
      PolicySet policies,
      String namespace,
      Map<String, String> namespaceLabels,
      Map<String, String> labels) {
    return policies.covering(namespace, namespaceLabels, labels).policies().stream()
        .map(Policy::name)
        .toList();
  }

  private static String mirrored(PolicySet policies, String image) throws Exception {
    ImageReference reference = ImageReference.parse(image);
    return policies
        .mirrorFor(reference)
        .flatMap(mirror -> mirror.rewrite(reference))
        .map(ImageReference::toString)
        .orElse("none");
  }

  private static String source(PolicySet policies, String image) throws Exception {
    return policies
        .source(ImageReference.parse(image))
        .map(mirrored -> mirrored.source().toString())
        .orElse("none");
  }

  private static PolicySet policies(Policy... policies) {
    return new PolicySet(List.of(policies), List.of(), List.of());
  }

  private static Policy mirroring(String name, String source, String target) {
    return policy(
        name, scope(null), List.of(MirrorTest.mirror(name, Mode.ENFORCE, source, target)));
  }

  private static Policy policy(String name, Policy.Scope scope, List<Mirror> mirrors) {
    return new Policy(
        name,
        Mode.ENFORCE,
        new Policy.Enforcement(false, null),
        scope,
        new Policy.Sections(null, null, null, null),
        mirrors,
        false);
  }

  private static Policy.Scope scope(@Nullable String onlyNamespace) {
    return new Policy.Scope(
        onlyNamespace,
        LabelSelector.EVERYTHING,
        LabelSelector.EVERYTHING,
        List.of(),
        Set.of(),
        List.of());
  }
}
