package dev.pullgate.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullgate.credential.PullSecret;
import dev.pullgate.document.DocumentException;
import dev.pullgate.document.PolicyFiles;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.Rule;
import dev.pullgate.policy.Verdict;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs the examples of `docs/rules`, so that what a page shows as denied is denied by that rule,
/// and what it shows as allowed is not.
final class RulePagesTest {

  @TempDir private Path folder = Path.of(".");

  static Stream<Rule> rules() {
    return Arrays.stream(Rule.values());
  }

  @Test
  void everyPageIsOfARule() throws IOException {
    List<String> pages = new ArrayList<>(rules().map(Rule::page).sorted().toList());
    pages.addFirst("docs/rules/README.md");

    try (Stream<Path> files = Files.list(RulePage.FOLDER)) {
      assertThat(files.map(file -> file.toString().replace('\\', '/')))
          .containsExactlyInAnyOrderElementsOf(pages);
    }
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void everyRuleHasAPageWithAllItsParts(Rule rule) throws Exception {
    String text = Files.readString(Path.of(rule.page()));
    RulePage page = RulePage.read(Path.of(rule.page()));

    assertThat(text)
        .startsWith("# " + rule.id() + "\n")
        .contains("\n## Denied\n", "\n## Allowed\n", "\n## How to repair\n", "\n## How to relax\n");
    assertThat(page.of("example: denied")).isNotEmpty();
    assertThat(page.of("example: allowed").size() + page.of("example: warned").size()).isPositive();
    assertThat(Files.readString(RulePage.FOLDER.resolve("README.md")))
        .contains("| [" + rule.id() + "](" + rule.id() + ".md) |");
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void itsExamplesAreJudgedAsThePageSays(Rule rule) throws Exception {
    RulePage page = RulePage.read(Path.of(rule.page()));
    for (RulePage.Block example : page.examples()) {
      ReviewResult result = review(page, example);
      List<Verdict> verdicts =
          result.findings().stream()
              .filter(finding -> finding.rule() == rule)
              .map(finding -> finding.verdict())
              .toList();
      switch (example.kind()) {
        case "example: denied" ->
            assertThat(verdicts).as(example.yaml() + result).contains(Verdict.DENY);
        case "example: warned" -> {
          assertThat(verdicts).as(example.yaml() + result).containsExactly(Verdict.WARN);
          assertThat(result.allowed()).isTrue();
        }
        default -> assertThat(result.findings()).as(example.yaml()).isEmpty();
      }
    }
  }

  @Test
  void theExceptionOfTheIndexLoads() throws Exception {
    RulePage index = RulePage.read(RulePage.FOLDER.resolve("README.md"));

    PolicySet policies =
        load(
            Files.readString(Path.of("policies", "baseline.yaml")),
            index.of("exception").getFirst().yaml());

    assertThat(policies.exceptions())
        .singleElement()
        .satisfies(exception ->
            assertThat(exception.rules()).containsExactlyInAnyOrder(Rule.UNPINNED, Rule.NOT_FOUND));
  }

  private ReviewResult review(RulePage page, RulePage.Block example) throws Exception {
    String policy =
        example.facts().has("policy")
            ? Files.readString(Path.of(example.facts().path("policy").asText()))
            : page.policy().orElse(Files.readString(Path.of("policies", "baseline.yaml")));
    PolicySet policies = load(policy);
    Map<String, String> answers = new HashMap<>();
    example
        .facts()
        .path("registries")
        .properties()
        .forEach(answer -> answers.put(answer.getKey(), answer.getValue().asText()));
    Reviewer reviewer =
        new Reviewer(
            new ReviewPorts(
                () -> policies,
                new ScriptedRegistries(
                    answers,
                    lists(example.facts().path("tags")),
                    lists(example.facts().path("indexes"))),
                new SecretsOfThePage(example.documents()),
                _ -> Map.of(),
                List::of,
                ScriptedOwners.none()));
    Deadline deadline = Deadline.after(InstantSource.system(), Duration.ofMinutes(1));
    JsonNode object = example.documents().getLast();
    if (example.facts().path("rewritten").asBoolean(true)) {
      ReviewResult mutated = reviewer.mutate(request(object), deadline);
      object = JsonPatch.apply(mutated.patch().operations(), object);
    }
    return reviewer.validate(request(object), deadline);
  }

  private static Map<String, List<String>> lists(JsonNode object) {
    Map<String, List<String>> lists = new HashMap<>();
    object
        .properties()
        .forEach(listed -> {
          List<String> texts = new ArrayList<>();
          listed.getValue().forEach(text -> texts.add(text.asText()));
          lists.put(listed.getKey(), texts);
        });
    return lists;
  }

  private static ReviewRequest request(JsonNode object) {
    return new ReviewRequest("CREATE", "", "shop", "alice", object, null);
  }

  private PolicySet load(String... texts) throws IOException, DocumentException {
    List<Path> files = new ArrayList<>();
    for (String text : texts) {
      Path file = folder.resolve(files.size() + ".yaml");
      Files.writeString(file, text);
      files.add(file);
    }
    return PolicyFiles.load(files);
  }

  /// The Secrets that stand before the object.
  private record SecretsOfThePage(List<JsonNode> documents) implements KeyringSource {
    @Override
    public List<PullSecret> pullSecrets(String namespace, List<String> names, Deadline deadline) {
      return names.stream().map(this::secret).toList();
    }

    private PullSecret secret(String name) {
      return documents.stream()
          .filter(document -> document.path("kind").asText().equals("Secret"))
          .map(ObjectNode.class::cast)
          .filter(document -> document.path("metadata").path("name").asText().equals(name))
          .map(document -> {
            Map<String, byte[]> data = new HashMap<>();
            document
                .path("stringData")
                .properties()
                .forEach(entry ->
                    data.put(
                        entry.getKey(),
                        entry.getValue().asText().getBytes(StandardCharsets.UTF_8)));
            return PullSecret.read(name, document.path("type").asText(), data);
          })
          .findFirst()
          .orElseGet(() -> new PullSecret.Missing(name));
    }

    @Override
    public List<PullSecret> serviceAccountPullSecrets(
        String namespace, String serviceAccount, Deadline deadline) {
      return List.of();
    }
  }
}
