package dev.pullgate.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pullgate.credential.Credential;
import dev.pullgate.credential.PullSecret;
import dev.pullgate.document.PolicyFiles;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How much a proposal may cost. What is proposed is in the cases of [ReviewCasesTest].
final class RepairsTest {
  private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  /// Has no image, and remembers how it was asked for tags.
  private static final class EmptyRegistry implements ImageResolver {
    private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
    private final List<List<Credential>> logins = Collections.synchronizedList(new ArrayList<>());

    @Override
    public Resolution resolve(
        ImageReference reference,
        List<Credential> credentials,
        RegistrySettings settings,
        Deadline deadline) {
      return new Resolution.Absent(reference.registry(), 404, Access.ANONYMOUS);
    }

    @Override
    public boolean remembers(
        ImageReference reference,
        List<Credential> credentials,
        RegistrySettings settings,
        Deadline deadline) {
      return false;
    }

    @Override
    public IndexContent index(
        ImageReference reference,
        Resolution.Found found,
        List<Credential> credentials,
        RegistrySettings settings,
        Deadline deadline) {
      throw new AssertionError("there is no index");
    }

    @Override
    public List<String> tags(
        ImageReference reference,
        List<Credential> credentials,
        RegistrySettings settings,
        Deadline deadline) {
      waits.add(deadline.remaining());
      logins.add(credentials);
      return List.of("1.0");
    }
  }

  private final EmptyRegistry registry = new EmptyRegistry();

  @Test
  void asksNothingWhenTheTimeIsNeededForTheDenial() throws Exception {
    ReviewResult result = review(Duration.ofMillis(200), 1);

    assertThat(result.allowed()).isFalse();
    assertThat(registry.waits).isEmpty();
  }

  @Test
  void leavesTimeForTheDenial() throws Exception {
    review(Duration.ofMillis(700), 1);

    assertThat(registry.waits).containsExactly(Duration.ofMillis(500));
  }

  @Test
  void neverWaitsLongForAProposal() throws Exception {
    review(Duration.ofSeconds(25), 1);

    assertThat(registry.waits).containsExactly(Duration.ofSeconds(2));
  }

  @Test
  void asksARepositoryOnceForAllContainers() throws Exception {
    ReviewResult result = review(Duration.ofSeconds(5), 12);

    assertThat(registry.waits).hasSize(1);
    assertThat(result.findings())
        .hasSize(12)
        .allSatisfy(finding -> assertThat(finding.evidence()).containsEntry("nearestTags", "1.0"));
  }

  @Test
  void asksWithTheCredentialsOfTheReview() throws Exception {
    review(Duration.ofSeconds(5), 1);

    assertThat(registry.logins)
        .singleElement()
        .satisfies(
            logins -> assertThat(logins).extracting(Credential::password).containsExactly("right"));
  }

  private ReviewResult review(Duration time, int containers) throws Exception {
    PolicySet baseline = PolicyFiles.load(List.of(Path.of("policies", "baseline.yaml")));
    Reviewer reviewer =
        new Reviewer(
            new ReviewPorts(
                () -> baseline,
                registry,
                new OneSecret(),
                _ -> Map.of(),
                List::of,
                ScriptedOwners.none()));
    return reviewer.validate(
        new ReviewRequest("CREATE", "", "shop", "alice", pod(containers), null),
        new Deadline(CLOCK, NOW.plus(time)));
  }

  private static JsonNode pod(int containers) throws Exception {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < containers; i++) {
      list.append(i == 0 ? "" : ",")
          .append("{\"name\": \"c%d\", \"image\": \"ghcr.io/acme/web:2.%d\"}".formatted(i, i));
    }
    return new ObjectMapper()
        .readTree(
            "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"web\"}, \"spec\":"
                + " {\"imagePullSecrets\": [{\"name\": \"regcred\"}], \"containers\": ["
                + list
                + "]}}");
  }

  private static final class OneSecret implements KeyringSource {
    @Override
    public List<PullSecret> pullSecrets(String namespace, List<String> names, Deadline deadline) {
      return List.of(
          new PullSecret.Usable(
              "regcred", List.of(new PullSecret.Entry("ghcr.io", "ci", "right"))));
    }

    @Override
    public List<PullSecret> serviceAccountPullSecrets(
        String namespace, String serviceAccount, Deadline deadline) {
      return List.of();
    }
  }
}
