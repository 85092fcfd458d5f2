package dev.pullgate.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullgate.credential.PullSecret;
import dev.pullgate.document.DocumentException;
import dev.pullgate.document.PolicyFiles;
import dev.pullgate.document.YamlReader;
import dev.pullgate.image.Platform;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.registry.NodeCredentials;
import dev.pullgate.workload.Taint;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs the cases under `src/test/resources/cases`, one YAML file each: policies, what registries
/// answer, the secrets of the namespace, the nodes, the object, and what must come of it.
final class ReviewCasesTest {
  private static final Path CASES = Path.of("src/test/resources/cases");

  @TempDir private Path folder = Path.of(".");

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void comesToTheExpectedFindings(Path file) throws Exception {
    JsonNode written = YamlReader.read(file.toString(), Files.readString(file)).getFirst().tree();
    ScriptedRegistries registries =
        new ScriptedRegistries(
            texts(written.path("registries")),
            lists(written.path("tags")),
            lists(written.path("indexes")));
    Reviewer reviewer =
        new Reviewer(
            new ReviewPorts(
                policySource(written),
                new NodeCredentials(
                    registries,
                    new ScriptedSecrets(written),
                    "pullgate-system",
                    new SimpleMeterRegistry()),
                new ScriptedSecrets(written),
                namespace -> texts(written.path("namespaceLabels")),
                () -> nodes(written),
                new ScriptedOwners(written)));
    JsonNode old = written.path("oldObject");
    ReviewRequest request =
        new ReviewRequest(
            written.path("operation").asText("CREATE"),
            written.path("subResource").asText(""),
            written.path("namespace").asText("shop"),
            written.path("user").asText("alice"),
            written.path("object"),
            old.isObject() ? old : null);
    InstantSource clock =
        written.has("now")
            ? InstantSource.fixed(Instant.parse(written.path("now").asText()))
            : InstantSource.system();
    Deadline deadline = Deadline.after(clock, Duration.ofMinutes(1));

    ReviewResult validated = reviewer.validate(request, deadline);
    ReviewResult mutated = reviewer.mutate(request, deadline);

    JsonNode expected = written.path("expect");
    assertThat(described(validated)).isEqualTo(list(expected.path("findings")));
    assertThat(described(mutated)).isEqualTo(list(expected.path("mutationFindings")));
    assertThat(mutated.patch().operations()).isEqualTo(expectedPatch(expected));
    assertThat(exempted(validated)).isEqualTo(list(expected.path("exempted")));
    if (expected.has("asked")) {
      assertThat(registries.asked()).isEqualTo(list(expected.path("asked")));
    }
    for (Map.Entry<String, JsonNode> fact : expected.path("evidence").properties()) {
      assertThat(validated.findings())
          .anySatisfy(finding ->
              assertThat(finding.evidence())
                  .containsEntry(fact.getKey(), fact.getValue().asText()));
    }
    for (JsonNode text : expected.path("messages")) {
      assertThat(validated.findings())
          .anySatisfy(finding ->
              assertThat(finding.message() + ". " + finding.proof() + ". " + finding.repair())
                  .contains(text.asText()));
    }
  }

  private PolicySource policySource(JsonNode written) throws IOException, DocumentException {
    StringBuilder documents = new StringBuilder();
    for (JsonNode policy : written.path("policies")) {
      ObjectNode document = policy.deepCopy();
      document.put("apiVersion", "pullgate.dev/v1alpha1");
      documents.append("---\n").append(document).append('\n');
    }
    Path file = folder.resolve("policies.yaml");
    Files.writeString(file, documents);
    PolicySet policies = PolicyFiles.load(List.of(file));
    return () -> policies;
  }

  /// Nodes as a case writes them: `nodes: [{name, platform, labels, images, taints: [{key, value,
  /// effect}]}]`, with the usual labels of their platform.
  private static List<ClusterNode> nodes(JsonNode written) {
    List<ClusterNode> nodes = new ArrayList<>();
    for (JsonNode node : written.path("nodes")) {
      Platform platform =
          node.has("platform") ? Platform.parse(node.path("platform").asText()) : null;
      Map<String, String> labels = texts(node.path("labels"));
      if (platform != null) {
        labels.put("kubernetes.io/os", platform.os());
        labels.put("kubernetes.io/arch", platform.architecture());
      }
      List<Taint> taints = new ArrayList<>();
      for (JsonNode taint : node.path("taints")) {
        taints.add(
            new Taint(
                taint.path("key").asText(),
                taint.path("value").asText(""),
                taint.path("effect").asText()));
      }
      nodes.add(
          new ClusterNode(
              node.path("name").asText(),
              labels,
              platform,
              Set.copyOf(list(node.path("images"))),
              taints));
    }
    nodes.sort(Comparator.comparing(ClusterNode::name));
    return nodes;
  }

  private static List<String> described(ReviewResult result) {
    return result.findings().stream()
        .map(finding ->
            finding.verdict()
                + " "
                + finding.rule().id()
                + " "
                + finding.policy()
                + " "
                + finding.subject().container())
        .toList();
  }

  private static List<String> exempted(ReviewResult result) {
    return result.exemptions().stream()
        .map(exemption ->
            exemption.exception().name()
                + " "
                + exemption.finding().rule().id()
                + " "
                + exemption.finding().subject().container()
                + (exemption.endsSoon() ? ", ends soon" : ""))
        .toList();
  }

  private static JsonNode expectedPatch(JsonNode expected) {
    JsonNode patch = expected.path("patch");
    return patch.isArray() ? patch : JsonNodeFactory.instance.arrayNode();
  }

  private static List<String> list(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static Map<String, List<String>> lists(JsonNode object) {
    Map<String, List<String>> lists = new HashMap<>();
    object.properties().forEach(field -> lists.put(field.getKey(), list(field.getValue())));
    return lists;
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new HashMap<>();
    object.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  /// Secrets as a case writes them: `secrets: {NAME: {type, data: {key: text}}}`, and
  /// `serviceAccounts: {NAME: [secret, …]}`.
  private record ScriptedSecrets(JsonNode written) implements KeyringSource {
    @Override
    public List<PullSecret> pullSecrets(String namespace, List<String> names, Deadline deadline) {
      return names.stream().map(this::secret).toList();
    }

    private PullSecret secret(String name) {
      JsonNode secret = written.path("secrets").path(name);
      if (secret.asText("").equals("unknown")) {
        return new PullSecret.Unknown(name, "nobody looked");
      }
      if (!secret.isObject()) {
        return new PullSecret.Missing(name);
      }
      Map<String, byte[]> data = new HashMap<>();
      texts(secret.path("data"))
          .forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
      return PullSecret.read(
          name, secret.path("type").asText("kubernetes.io/dockerconfigjson"), data);
    }

    @Override
    public List<PullSecret> serviceAccountPullSecrets(
        String namespace, String serviceAccount, Deadline deadline) {
      JsonNode account = written.path("serviceAccounts").path(serviceAccount);
      return account.asText("").equals("unknown")
          ? List.of(new PullSecret.Unknown(serviceAccount, "nobody looked"))
          : pullSecrets(namespace, list(account), deadline);
    }
  }
}
