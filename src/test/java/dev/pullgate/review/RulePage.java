package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pullgate.document.DocumentException;
import dev.pullgate.document.YamlDocument;
import dev.pullgate.document.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page under `docs/rules`, as far as a test can run it: code blocks of YAML behind a comment
/// that says what they are.
///
/// ```
/// <!-- policy -->                    the policy of the page
/// <!-- exception -->                 an exception that has to load
/// <!-- example: denied               or allowed, or warned
/// registries: {REFERENCE: ANSWER}    the words of ScriptedRegistries
/// tags: {NAME: [TAG]}
/// policy: FILE                       in place of the page's
/// rewritten: false                   the mutating webhook has not seen the pod
/// -->
/// ```
record RulePage(Path file, List<Block> blocks) {
  static final Path FOLDER = Path.of("docs", "rules");

  private static final Pattern BLOCK =
      Pattern.compile(
          "<!-- (policy|exception|example: (?:denied|allowed|warned))(.*?)-->\\s*```yaml\n(.*?)```",
          Pattern.DOTALL);

  /// @param kind for example `policy`, or `example: denied`
  /// @param facts what the comment says beside that
  record Block(String kind, JsonNode facts, String yaml) {
    List<JsonNode> documents() throws DocumentException {
      return YamlReader.read(kind, yaml).stream().map(YamlDocument::tree).toList();
    }
  }

  static RulePage read(Path file) throws IOException, DocumentException {
    Matcher matcher = BLOCK.matcher(Files.readString(file));
    List<Block> blocks = new ArrayList<>();
    while (matcher.find()) {
      String facts = matcher.group(2).strip();
      blocks.add(
          new Block(
              matcher.group(1),
              facts.isEmpty()
                  ? JsonNodeFactory.instance.objectNode()
                  : YamlReader.read(file.toString(), facts).getFirst().tree(),
              matcher.group(3)));
    }
    return new RulePage(file, blocks);
  }

  /// The id of the rule that the page is about.
  String rule() {
    return String.valueOf(file.getFileName()).replace(".md", "");
  }

  List<Block> of(String kind) {
    return blocks.stream().filter(block -> block.kind().equals(kind)).toList();
  }

  List<Block> examples() {
    return blocks.stream().filter(block -> block.kind().startsWith("example: ")).toList();
  }

  Optional<String> policy() {
    return of("policy").stream().map(Block::yaml).findFirst();
  }
}
