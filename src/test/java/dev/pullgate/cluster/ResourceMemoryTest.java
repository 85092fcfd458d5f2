package dev.pullgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.document.DocumentException;
import dev.pullgate.document.YamlReader;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What of the custom resources is in effect, and since when.
final class ResourceMemoryTest {
  private static final Instant START = Instant.parse("2026-01-31T12:00:00.512Z");
  private static final PolicySet NO_FILES = new PolicySet(List.of(), List.of(), List.of());

  private Instant now = START;
  private final ResourceMemory memory = new ResourceMemory(() -> now);

  private static JsonNode object(String kind, String name, int generation, String rest) {
    try {
      return YamlReader.read(
              "test",
              """
              apiVersion: pullgate.dev/v1alpha1
              kind: %s
              metadata: {name: %s, uid: %s, generation: %d, creationTimestamp: "2026-01-0%dT00:00:00Z"}
              %s
              """
                  .formatted(kind, name, name, generation, name.length() % 9 + 1, rest))
          .getFirst()
          .tree();
    } catch (DocumentException e) {
      throw new AssertionError(e);
    }
  }

  private KeptResource see(int generation, String rest) {
    return memory.update(List.of(object("ClusterImagePolicy", "p", generation, rest))).getFirst();
  }

  private static Optional<Instant> inSet(KeptResource resource) {
    Policy policy =
        PolicyCombination.of(NO_FILES, List.of(resource)).policies().policies().getFirst();
    return policy.enforcement().since();
  }

  @Test
  void aPolicyEnforcesSinceItWasFirstSeen() {
    assertThat(see(1, "spec: {pinning: {}}").enforcedSince()).contains(START);
    now = START.plusSeconds(60);
    KeptResource later = see(1, "spec: {pinning: {}}");

    assertThat(later.enforcedSince()).contains(START);
    assertThat(inSet(later)).contains(START);
  }

  @Test
  void whatTheStatusSaysOfThisGenerationCounts() {
    String status = "status: {observedGeneration: 2, enforcedSince: \"2025-01-01T00:00:00Z\"}";

    assertThat(see(2, "spec: {pinning: {}}\n" + status).enforcedSince())
        .contains(Instant.parse("2025-01-01T00:00:00Z"));
    assertThat(see(3, "spec: {pinning: {require: Digest}}\n" + status).enforcedSince())
        .contains(START);
  }

  @Test
  void onlyAPolicyThatEnforcesHasAMoment() {
    assertThat(see(1, "spec: {mode: Audit, pinning: {}}").enforcedSince()).isEmpty();
    assertThat(see(2, "spec: {mode: Warn, pinning: {mode: Enforce}}").enforcedSince())
        .contains(START);
    assertThat(see(3, "spec: {mode: Warn, pinning: {}}").enforcedSince()).isEmpty();
  }

  @Test
  void theAuthorsMomentWins() {
    assertThat(see(1, "spec: {enforcedSince: \"2024-01-01T00:00:00Z\"}").enforcedSince())
        .contains(Instant.parse("2024-01-01T00:00:00Z"));
  }

  @Test
  void anInvalidFormLeavesTheLastValidOneInEffect() {
    see(1, "spec: {pinning: {}}");
    now = START.plusSeconds(60);
    KeptResource broken = see(2, "spec: {match: {images: [a b]}}");

    assertThat(broken.rejection())
        .contains("spec.match.images[0]: ' ' cannot stand in an image name");
    assertThat(broken.inEffect().orElseThrow().generation()).isEqualTo(1);
    assertThat(broken.enforcedSince()).contains(START);
    assertThat(ResourceMemory.consequence(broken)).contains("generation 1, stays in effect");
  }

  @Test
  void aFormThatAnEarlierProcessWroteDownIsTakenUp() {
    KeptResource broken =
        see(
            5,
            """
            spec: {pining: {}}
            status:
              observedGeneration: 5
              enforcedSince: "2025-01-01T00:00:00Z"
              inEffect: {generation: 4, spec: {pinning: {}}}
            """);

    assertThat(broken.rejection().orElseThrow()).startsWith("spec.pining: unknown field");
    assertThat(inSet(broken)).contains(Instant.parse("2025-01-01T00:00:00Z"));
  }

  @Test
  void whatWasNeverValidHasNoEffect() {
    KeptResource broken = see(1, "spec: {pining: {}}");

    assertThat(PolicyCombination.of(NO_FILES, List.of(broken)).policies().policies()).isEmpty();
    assertThat(ResourceMemory.consequence(broken))
        .endsWith("It has no effect until that is repaired");
  }

  @Test
  void anObjectOfTheSameNameThatIsMadeAnewRemembersNothing() {
    see(1, "spec: {pinning: {}}");
    memory.update(List.of());

    assertThat(see(1, "spec: {pining: {}}").inEffect()).isEmpty();
  }

  @Test
  void filesAndResourcesAddUpAndAFileDeclaresARegistryFirst() {
    RegistrySettings fromFile = RegistrySettings.undeclared("a.io");
    List<KeptResource> kept =
        memory.update(
            List.of(
                object("Registry", "a", 1, "spec: {host: A.io, scheme: HTTP}"),
                object("Registry", "younger", 1, "spec: {host: b.io, scheme: HTTP}"),
                object("Registry", "old", 1, "spec: {host: b.io}"),
                object("ClusterImagePolicy", "p", 1, "spec: {}")));
    PolicySet files = new PolicySet(List.of(policy("p")), List.of(fromFile), List.of());

    PolicyCombination combination = PolicyCombination.of(files, kept);

    assertThat(combination.policies().policies())
        .extracting(Policy::name)
        .containsExactly("p", "p");
    assertThat(combination.doubled()).containsExactly("p");
    assertThat(combination.policies().declared("a.io").orElseThrow().plainHttp()).isFalse();
    assertThat(combination.policies().declared("b.io").orElseThrow().plainHttp()).isFalse();
    assertThat(combination.overruled())
        .containsEntry("a", "a.io is declared by a file already")
        .containsEntry("younger", "b.io is declared by Registry old already");
  }

  private Policy policy(String name) {
    KeptResource resource =
        new ResourceMemory(() -> now)
            .update(List.of(object("ClusterImagePolicy", name, 1, "spec: {}")))
            .getFirst();
    return PolicyCombination.of(NO_FILES, List.of(resource)).policies().policies().getFirst();
  }
}
