package dev.pullgate.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {
  private static final String POD =
      """
      kind: Pod
      metadata: {name: web, labels: {"a/b": x}}
      spec:
        containers:
        - name: web
          image: nginx
        - image: "busybox"
      """;

  @ParameterizedTest
  @CsvSource({
    "'', 1, 1",
    "/kind, 1, 1",
    "/metadata, 2, 1",
    "/metadata/name, 2, 12",
    "/metadata/labels/a~1b, 2, 32",
    "/spec/containers, 4, 3",
    "/spec/containers/0, 5, 5",
    "/spec/containers/0/image, 6, 5",
    "/spec/containers/1/image, 7, 5",
    "/spec/containers/1/absent, 7, 5",
    "/spec/absent/deeper, 3, 1",
    "/absent, 1, 1"
  })
  void knowsWhereEveryValueStands(String pointer, int line, int column) throws Exception {
    YamlDocument document = YamlReader.read("pod.yaml", POD).getFirst();

    assertThat(document.position(pointer)).isEqualTo(new Position(line, column));
  }

  @Test
  void countsLinesOnThroughAllDocuments() throws Exception {
    List<YamlDocument> documents =
        YamlReader.read("two.yaml", "# comment\n---\na: 1\n---\n\n---\nb: 2\n...\n");

    assertThat(documents)
        .extracting(document -> document.tree().toString())
        .containsExactly("{\"a\":1}", "{\"b\":2}");
    assertThat(documents.getFirst().position("/a")).isEqualTo(new Position(3, 1));
    assertThat(documents.getLast().position("/b")).isEqualTo(new Position(7, 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          true            | true
          yes             | "yes"
          on              | "on"
          null            | null
          ~               | null
          ``              | null
          12              | 12
          -7              | -7
          0x1F            | 31
          0o17            | 15
          010             | 10
          08              | 8
          1.5             | 1.5
          1e3             | 1000.0
          1_000           | "1_000"
          2026-01-01      | "2026-01-01"
          "12"            | "12"
          'true'          | "true"
          !!str 12        | "12"
          [a, {b: c}]     | ["a",{"b":"c"}]
          """)
  void readsScalarsByTheCoreSchema(String yaml, String json) throws Exception {
    assertThat(YamlReader.read("x.yaml", "a: " + yaml).getFirst().tree())
        .hasToString("{\"a\":" + json + "}");
  }

  @Test
  void readsJson() throws Exception {
    YamlDocument document =
        YamlReader.read("x.json", "{\n  \"a\": [1,\n    {\"b\": null}]\n}\n").getFirst();

    assertThat(document.tree()).hasToString("{\"a\":[1,{\"b\":null}]}");
    assertThat(document.position("/a/1/b")).isEqualTo(new Position(3, 6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`a: 1\na: 2`                 | x.yaml:2:1: the key a stands twice",
        "`a: {b: 1, b: 2}`            | x.yaml:1:11: the key b stands twice",
        "`a: &x\n  b: *x`           | x.yaml:1:4: the document is nested too deeply",
        "`a: 1\n? [b]\n: 2`           | x.yaml:2:3: a key that is no text",
        "`a: 99999999999999999999999` | x.yaml:1:4: a number that cannot be read",
        "`a: .inf`                    | x.yaml:1:4: a number that cannot be read",
        "`a: .nan`                    | x.yaml:1:4: a number that cannot be read"
      })
  void refusesWhatIsNoJson(String yaml, String problem) {
    assertProblem(yaml, problem);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "`a: [1`   | x.yaml:1:6: not valid YAML",
        "`a: b: c` | x.yaml:1:5: not valid YAML",
        "`a: *b`   | x.yaml:1:4: not valid YAML",
        "`\tb: 1`  | x.yaml:1:1: not valid YAML",
        "`a: \"b`  | x.yaml:1:6: not valid YAML"
      })
  void saysWhereTheTextIsNoYaml(String yaml, String begin) {
    assertThatThrownBy(() -> YamlReader.read("x.yaml", yaml))
        .isInstanceOf(DocumentException.class)
        .hasMessageStartingWith(begin);
  }

  @Test
  void refusesControlCharactersAndBombs() {
    assertThatThrownBy(() -> YamlReader.read("x.yaml", "a: \u0000"))
        .isInstanceOf(DocumentException.class)
        .hasMessageStartingWith("x.yaml");
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i))
          .append("*a%d, ".formatted(i - 1).repeat(10))
          .append("]\n");
    }
    assertThatThrownBy(() -> YamlReader.read("x.yaml", bomb.toString()))
        .isInstanceOf(DocumentException.class)
        .hasMessageContaining("the document unfolds to too many values");
  }

  @ParameterizedTest
  @CsvSource({"101", "5000", "200000"})
  void refusesDeepNesting(int depth) {
    assertThatThrownBy(() -> YamlReader.read("x.yaml", "[".repeat(depth) + "]".repeat(depth)))
        .isInstanceOf(DocumentException.class)
        .hasMessageStartingWith("x.yaml");
  }

  @Test
  void readsAliases() throws Exception {
    assertThat(YamlReader.read("x.yaml", "a: &x {b: 1}\nc: *x").getFirst().tree())
        .hasToString("{\"a\":{\"b\":1},\"c\":{\"b\":1}}");
  }

  private static void assertProblem(String yaml, String problem) {
    assertThatThrownBy(() -> YamlReader.read("x.yaml", yaml))
        .isInstanceOf(DocumentException.class)
        .hasMessage(problem);
  }
}
