package dev.pullgate.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What users begin with: the ready policies, and the examples of the documentation.
final class ReadyPoliciesTest {
  private static final Pattern YAML_BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  static Stream<Path> folders() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("policies"))) {
      return files.filter(Files::isDirectory).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyFolderOfReadyPoliciesLoads(Path folder) throws DocumentException {
    List<Policy> policies = PolicyFiles.load(List.of(folder)).policies();

    assertThat(policies).hasSize(1);
    assertThat(policies.getFirst().scope().excludedNamespaces()).contains("kube-system");
  }

  @Test
  void theBaselineAndAVariantLoadTogether() throws DocumentException {
    List<Path> paths = List.of(Path.of("policies"), Path.of("policies/docker-hub-mirror"));

    assertThat(PolicyFiles.load(paths).policies())
        .extracting(Policy::name)
        .containsExactly("baseline", "docker-hub-mirror");
  }

  @Test
  void theExamplesOfTheDocumentationLoad(@TempDir Path folder) throws Exception {
    List<String> examples =
        YAML_BLOCK
            .matcher(Files.readString(Path.of("docs/policies.md")))
            .results()
            .map(match -> match.group(1))
            // The certificate of the example is none.
            .map(text -> text.replaceAll("(?m)^ +caBundle: .*\n( +(-----|…).*\n)+", ""))
            .toList();
    Path file = folder.resolve("examples.yaml");
    Files.writeString(file, String.join("---\n", examples));

    assertThat(examples).hasSize(4);
    assertThat(PolicyFiles.load(List.of(file)).registries()).hasSize(1);
  }
}
