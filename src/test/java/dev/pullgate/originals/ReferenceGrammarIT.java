package dev.pullgate.originals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pullgate.image.Digest;
import dev.pullgate.image.ImageReference;
import dev.pullgate.integration.RequiredTools;
import dev.pullgate.testbed.Originals;
import dev.pullgate.testbed.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reads thousands of references with us and with github.com/distribution/reference, as the kubelet
/// calls it. `-Dpullgate.seed=N` tries others.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReferenceGrammarIT {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int COUNT = 6000;

  /// Beyond it we refuse without a look; what the original takes there is no name of a host.
  private static final int OUR_LIMIT = 1024;

  private final Originals originals =
      RequiredTools.orSkip(() -> new Originals(Progress.onStderr()));

  @AfterAll
  void stop() {
    originals.close();
  }

  static LongStream seeds() {
    return LongStream.of(Long.getLong("pullgate.seed", 20_261_122));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void readsReferencesAsTheKubelet(long seed) throws Exception {
    List<String> texts = ReferenceInputs.some(new Mutations(new Random(seed)), COUNT);
    List<JsonNode> answers = ask(texts);

    List<String> disagreements = new ArrayList<>();
    int valid = 0;
    for (int i = 0; i < texts.size(); i++) {
      JsonNode parsed = answers.get(i).path("parsed");
      valid += parsed.isObject() ? 1 : 0;
      String theirs = parsed.isObject() ? described(parsed) : "invalid";
      String ours =
          ImageReference.parseIfValid(texts.get(i))
              .map(ReferenceGrammarIT::described)
              .orElse("invalid");
      if (!ours.equals(theirs) && texts.get(i).length() <= OUR_LIMIT) {
        disagreements.add(
            "%s: %s, not %s".formatted(MAPPER.writeValueAsString(texts.get(i)), ours, theirs));
      }
    }

    System.err.printf("%d references with seed %d, %d of them valid%n", texts.size(), seed, valid);
    assertThat(disagreements).isEmpty();
    // Otherwise the inputs have become too tame, or too wild.
    assertThat(valid).isBetween(COUNT / 5, COUNT * 4 / 5);
  }

  @Test
  void splitsAHostWithAnUnderscoreOffWhereTheOriginalSeesAPath() throws Exception {
    JsonNode parsed = ask(List.of("my_host.example/x")).getFirst().path("parsed");
    assertThat(parsed.path("domain").asText()).isEmpty();
    assertThat(parsed.path("name").asText()).isEqualTo("my_host.example/x");

    ImageReference ours = ImageReference.parse("my_host.example/x");
    assertThat(ours.registry()).isEqualTo("my_host.example");
    assertThat(ours.name()).isEqualTo("my_host.example/x");
  }

  @Test
  void refusesMoreThan1024CharactersWhateverTheOriginalSays() throws Exception {
    String longest = "a.".repeat((OUR_LIMIT - 4) / 2) + "io/x";
    String longer = "a." + longest;
    for (JsonNode answer : ask(List.of(longest, longer))) {
      assertThat(answer.path("parsed").isObject()).isTrue();
    }

    assertThat(ImageReference.parse(longest).name()).isEqualTo(longest);
    assertThatThrownBy(() -> ImageReference.parse(longer))
        .hasMessage("longer than any valid reference (1026 characters)");
  }

  private List<JsonNode> ask(List<String> texts) throws Exception {
    List<String> questions = new ArrayList<>();
    for (String text : texts) {
      questions.add(JsonNodeFactory.instance.objectNode().put("reference", text).toString());
    }
    List<JsonNode> answers = new ArrayList<>();
    for (String answer : originals.answers(questions)) {
      answers.add(MAPPER.readTree(answer));
    }
    return answers;
  }

  private static String described(JsonNode parsed) {
    return "%s | %s | %s | %s"
        .formatted(
            parsed.path("name").asText(),
            parsed.path("tag").asText(),
            parsed.path("digest").asText(),
            parsed.path("whole").asText());
  }

  private static String described(ImageReference reference) {
    Optional<String> digest = reference.digest().map(Digest::toString);
    return "%s | %s | %s | %s"
        .formatted(
            reference.name(), reference.tag().orElse(""), digest.orElse(""), reference.toString());
  }
}
