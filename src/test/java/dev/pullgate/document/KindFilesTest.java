package dev.pullgate.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.workload.CustomKind;
import dev.pullgate.workload.CustomKinds;
import dev.pullgate.workload.ImageField;
import dev.pullgate.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KindFilesTest {
  private static final String ROLLOUT =
      """
      group: argoproj.io, versions: [v1alpha1], resource: rollouts, kind: Rollout\
      """;

  @TempDir private Path folder = Path.of(".");

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("kinds.yaml"), text);
  }

  @Test
  void readsTheKindsThatAreReady() throws Exception {
    CustomKinds kinds = KindFiles.load(List.of(Path.of("deploy/kinds.yaml")));

    assertThat(kinds.all())
        .extracting(CustomKind::kind)
        .containsExactly("Rollout", "Service", "Task", "JobSet", "RayCluster");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          kinds: []                               | 1:1: kinds: is missing: name at least one
          kinds: {}                               | 1:1: kinds: must be a list
          kind: Rollout                           | 1:1: kind: unknown field; known here: kinds
          kinds: [{}]                             | 1:9: kinds[0].group: is missing
          kinds: [{group: apps}]                  | 1:10: kinds[0].group: must be an API group such as argoproj.io
          kinds: [{group: a.io, versions: ['*']}] | 1:34: kinds[0].versions[0]: must be a version such as v1alpha1
          kinds: [{ROLLOUT}]                      | 1:9: kinds[0]: says not where images stand: name podTemplates, images, or both
          kinds: [{ROLLOUT, images: [spec]}]      | 1:96: kinds[0].images[0]: must begin with /, as in /spec/template
          kinds: [{ROLLOUT, images: [5]}]         | 1:96: kinds[0].images[0]: must be a text; put it in quotes
          kinds: [{ROLLOUT, image: [/a]}]         | 1:87: kinds[0].image: unknown field; known here: group, images, kind, podTemplates, resource, versions
          kinds: [{group: a.io, versions: [v1], resource: '*', kind: A, images: [/a]}] | 1:39: kinds[0].resource: must be the plural in lower case, such as rollouts
          kinds: [{group: a.io, versions: [v1], resource: as, kind: a, images: [/a]}] | 1:53: kinds[0].kind: must be a kind such as Rollout
          kinds: [{ROLLOUT, images: [/a]}, {ROLLOUT, images: [/b]}] | kinds[1].kind: Rollout of argoproj.io stands in
          """)
  void namesThePlaceOfAMistake(String text, String problem) throws IOException {
    Path file = write(text.replace("ROLLOUT", ROLLOUT));

    assertThatThrownBy(() -> KindFiles.load(List.of(file)))
        .isInstanceOf(DocumentException.class)
        .hasMessageStartingWith(file + ":1:")
        .hasMessageContaining(problem);
  }

  @Test
  void saysWhichFileCannotBeRead() throws IOException {
    assertThatThrownBy(() -> KindFiles.load(List.of(folder.resolve("none.yaml"), write("# empty"))))
        .hasMessageContaining("none.yaml: no such file")
        .hasMessageContaining("kinds.yaml: names no kind; see docs/custom-kinds.md");
  }

  @Test
  void findsTemplatesAndImagesInWhateverShape() throws Exception {
    CustomKinds kinds =
        KindFiles.load(
            List.of(
                write(
                    """
                    kinds:
                    - group: a.io
                      versions: [v1]
                      resource: sets
                      kind: Set
                      podTemplates: ["/spec/jobs/*/template", /spec/template]
                      images: ["/spec/steps/*/image", /spec/steps/0/image]
                    """)));
    JsonNode object =
        YamlReader.read(
                "object",
                """
                apiVersion: a.io/v2
                kind: Set
                spec:
                  template: text
                  jobs:
                  - template: {spec: {containers: [{name: a, image: one}, 5, {image: [x]}]}}
                  - 7
                  - template: {spec: {imagePullSecrets: [{name: s}], volumes: [{image: {reference: two}}]}}
                  steps:
                  - image: three
                  - image: $(params.image)
                  - image: "{{inputs.image}}"
                  - image: {a: b}
                  - image:
                """)
            .getFirst()
            .tree();

    List<Workload> templates = kinds.templates(object);

    assertThat(kinds.know(object)).isTrue();
    assertThat(
            templates.stream()
                .map(template ->
                    template.images().stream().map(ImageField::pointer).toList()
                        + " "
                        + template.pullSecretNames()
                        + template.hasPod()
                        + template.isPod()))
        .containsExactly(
            "[/spec/jobs/0/template/spec/containers/0/image,"
                + " /spec/jobs/0/template/spec/containers/2/image] []truefalse",
            "[/spec/jobs/2/template/spec/volumes/0/image/reference] [s]truefalse",
            "[/spec/steps/0/image] []falsefalse");
    assertThat(CustomKinds.none().templates(object)).isEmpty();
  }
}
