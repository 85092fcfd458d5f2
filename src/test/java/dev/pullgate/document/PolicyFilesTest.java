package dev.pullgate.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pullgate.image.PolicyName;
import dev.pullgate.policy.ImageGlob;
import dev.pullgate.policy.LabelSelector;
import dev.pullgate.policy.Mirror;
import dev.pullgate.policy.Mode;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicyException;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFilesTest {
  private static final String HEAD =
      """
      apiVersion: pullgate.dev/v1alpha1
      kind: ClusterImagePolicy
      metadata: {name: baseline}
      spec:
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {pining: {}} | spec.pining: unknown field; known here: digests, enforcedSince, exclude, existing, match, mirrors, mode, pinning, pullSecrets, registries, resolution
          {pinning: {requires: Tag}} | spec.pinning.requires: unknown field; known here: disallowedTags, mode, require
          {mode: Deny} | spec.mode: must be one of Enforce, Warn, Audit
          {mode: enforce} | spec.mode: must be one of Enforce, Warn, Audit
          {mode: 1} | spec.mode: must be one of Enforce, Warn, Audit
          {mode: ""} | spec.mode: must be one of Enforce, Warn, Audit
          {existing: Audit} | spec.existing: must be one of Warn, Enforce
          {pinning: Tag} | spec.pinning: must be an object
          {pinning: []} | spec.pinning: must be an object
          {pinning: {require: Semver}} | spec.pinning.require: must be one of Tag, Digest
          {pinning: {disallowedTags: latest}} | spec.pinning.disallowedTags: must be a list
          {pinning: {disallowedTags: [1]}} | spec.pinning.disallowedTags[0]: must be a text; put it in quotes
          {pinning: {disallowedTags: [a, "b c"]}} | spec.pinning.disallowedTags[1]: a tag glob holds letters, digits, '_', '.', '-' and '*' only
          {match: {images: ["a b"]}} | spec.match.images[0]: ' ' cannot stand in an image name
          {exclude: {images: [a, "https://b"]}} | spec.exclude.images[1]: a glob begins with the host, without a scheme
          {registries: {allow: [""]}} | spec.registries.allow[0]: an empty glob matches nothing
          {registries: {deny: [a***]}} | spec.registries.deny[0]: '*' and '**' are the only wildcards
          {pullSecrets: {privateRegistries: [a/]}} | spec.pullSecrets.privateRegistries[0]: a glob has no empty part
          {pullSecrets: {verify: "true"}} | spec.pullSecrets.verify: must be true or false
          {match: {namespaceSelector: {matchExpressions: [{operator: In}]}}} | spec.match.namespaceSelector.matchExpressions[0].key: is missing
          {match: {namespaceSelector: {matchExpressions: [{key: a}]}}} | spec.match.namespaceSelector.matchExpressions[0].operator: is missing
          {match: {namespaceSelector: {matchExpressions: [{key: a, operator: Is}]}}} | spec.match.namespaceSelector.matchExpressions[0].operator: must be one of In, NotIn, Exists, DoesNotExist
          {match: {objectSelector: {matchExpressions: [{key: a, operator: In}]}}} | spec.match.objectSelector.matchExpressions[0].values: In needs values
          {match: {objectSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}} | spec.match.objectSelector.matchExpressions[0].values: Exists takes no values
          {match: {objectSelector: {matchExpressions: [{key: "a b", operator: Exists}]}}} | spec.match.objectSelector.matchExpressions[0].key: is no key of a label: up to 63 letters, digits, '-', '_' and '.', perhaps after a DNS name and a slash
          {match: {objectSelector: {matchExpressions: [{key: a.io/b, operator: In, values: ["c d"]}]}}} | spec.match.objectSelector.matchExpressions[0].values[0]: is no value of a label: up to 63 letters, digits, '-', '_' and '.'
          {match: {namespaceSelector: {matchLabels: {a: "-"}}}} | spec.match.namespaceSelector.matchLabels.a: is no value of a label: up to 63 letters, digits, '-', '_' and '.'
          {match: {namespaceSelector: {matchLabels: {"_a/b": c}}}} | spec.match.namespaceSelector.matchLabels._a/b: is no key of a label: up to 63 letters, digits, '-', '_' and '.', perhaps after a DNS name and a slash
          {match: {objectSelector: {matchLabels: {a: true}}}} | spec.match.objectSelector.matchLabels.a: must be a text; put it in quotes
          {match: {objectSelector: {matchLabels: {a: null}}}} | spec.match.objectSelector.matchLabels.a: is null
          {mirrors: [{source: docker.io}]} | spec.mirrors[0].target: is missing
          {mirrors: [{target: m.io}]} | spec.mirrors[0].source: is missing
          {mirrors: [{source: "*.io", target: m.io}]} | spec.mirrors[0].source: is a prefix without wildcards, since a rewritten name has to be read back
          {mirrors: [{target: "m.io/*", source: docker.io}]} | spec.mirrors[0].target: is a prefix without wildcards, since a rewritten name has to be read back
          {mirrors: [{target: mirror, source: docker.io}]} | spec.mirrors[0].target: must be a registry host, with a dot or a port, and perhaps a path: example.com/path
          {mirrors: [{target: "https://m.io", source: docker.io}]} | spec.mirrors[0].target: must be a registry host, with a dot or a port, and perhaps a path: example.com/path
          {mirrors: [{target: "m.io/x:1", source: docker.io}]} | spec.mirrors[0].target: must be a registry host, with a dot or a port, and perhaps a path: example.com/path
          {mirrors: [{target: m.io/, source: docker.io}]} | spec.mirrors[0].target: must be a registry host, with a dot or a port, and perhaps a path: example.com/path
          {mirrors: [{target: docker.io, source: docker.io}]} | spec.mirrors[0].target: is the source itself
          {mirrors: [{target: index.docker.io, source: docker.io}]} | spec.mirrors[0].target: is the source itself
          {mirrors: [{target: M.io/a, source: m.io/a}]} | spec.mirrors[0].target: is the source itself
          {mirrors: [{fallback: Ignore, source: docker.io, target: m.io}]} | spec.mirrors[0].fallback: must be one of Source, Deny
          {mirrors: [{pullSecret: "", source: docker.io, target: m.io}]} | spec.mirrors[0].pullSecret: is empty
          {mirrors: {source: docker.io, target: m.io}} | spec.mirrors: must be a list
          {mirrors: [null]} | spec.mirrors[0]: is null
          {match: {images: [null]}} | spec.match.images[0]: is null
          {resolution: {platforms: Some}} | spec.resolution.platforms: must be Nodes, Skip, or a list such as [linux/amd64, linux/arm64]
          {resolution: {platforms: []}} | spec.resolution.platforms: is empty; write Skip to ask for none
          {resolution: {platforms: [linux/amd64, amd64]}} | spec.resolution.platforms[1]: must be os/architecture or os/architecture/variant, such as linux/amd64
          {digests: {action: Always}} | spec.digests.action: must be one of None, Pin
          {enforcedSince: yesterday} | spec.enforcedSince: must be a moment such as 2026-01-31T12:00:00Z
          [] | spec: is no object
          | spec: is no object
          """)
  void saysWhatIsWrongInASpec(@Nullable String spec, String problem) throws Exception {
    String text = HEAD + (spec == null ? "" : "  " + spec + "\n");

    assertProblems(text, problem);
  }

  @Test
  void givesTheLineAndTheColumnOfTheField() throws Exception {
    Path file =
        write(
            "a.yaml",
            HEAD
                + """
                  pinning:
                    require: Tag
                    requires: Tag
                """);

    assertThat(problems(file))
        .containsExactly(
            file
                + ":7:5: spec.pinning.requires: unknown field; known here: disallowedTags, mode,"
                + " require");
  }

  @Test
  void givesTheLineAndTheColumnOfAnElement() throws Exception {
    Path file =
        write(
            "a.yaml",
            HEAD
                + """
                  match:
                    images:
                    - docker.io
                    - "a b"
                  mirrors:
                  - source: docker.io
                """);

    assertThat(problems(file))
        .containsExactly(file + ":8:7: spec.match.images[1]: ' ' cannot stand in an image name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                            | apiVersion: is missing
          {apiVersion: v1}                                              | apiVersion: must be pullgate.dev/v1alpha1, not v1
          {apiVersion: pullgate.dev/v1alpha1}                           | metadata.name: is missing
          {apiVersion: pullgate.dev/v1alpha1, specs: {}}                | specs: unknown field
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}}      | kind: must be ClusterImagePolicy, ImagePolicy, ImagePolicyException or Registry
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Policy} | kind: must be ClusterImagePolicy, ImagePolicy, ImagePolicyException or Registry
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: ImagePolicyException, spec: {policies: [p], rules: [unpinned], reason: r}} | spec.expires: is missing: every exception ends
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: ImagePolicyException, spec: {policies: [p], rules: [unpinned], expires: 2026-01-31}} | spec.reason: is missing: say why for those who read it later
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: ImagePolicyException, spec: {policies: [p], rules: [unpinned], reason: r, expires: 2026-01-31}} | spec.expires: must be a moment such as 2026-01-31T12:00:00Z
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: ImagePolicyException, spec: {policies: [], rules: [unpinned], reason: r, expires: 2026-01-31T12:00:00Z}} | spec.policies: is missing: name at least one
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: ClusterImagePolicy} | spec: is missing
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: ImagePolicy, spec: {}} | metadata.namespace: is missing: an ImagePolicy is namespaced
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a, namespace: b}, kind: ImagePolicy, spec: {mirrors: []}} | spec.mirrors: an ImagePolicy has no mirrors
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {}} | spec.host: is missing
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay}} | spec.host: must be a host with a dot or a port, such as registry.example.com:5000
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io/a}} | spec.host: must be a host with a dot or a port, such as registry.example.com:5000
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, timeout: 2}} | spec.timeout: must be a text; put it in quotes
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, timeout: 2h}} | spec.timeout: must be a time such as 2s or 500ms
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, timeout: 31s}} | spec.timeout: must be between 1ms and 30s
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, caBundle: x}} | spec.caBundle: holds no valid PEM certificate
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, scheme: http}} | spec.scheme: must be one of HTTPS, HTTP
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, requestsPerSecond: 0}} | spec.requestsPerSecond: must be between 1 and 1000
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, requestsPerSecond: 1001}} | spec.requestsPerSecond: must be between 1 and 1000
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, requestsPerSecond: "5"}} | spec.requestsPerSecond: must be a whole number
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, requestsPerSecond: 2147483647}} | spec.requestsPerSecond: must be between 1 and 1000
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, maxConcurrent: 0}} | spec.maxConcurrent: must be between 1 and 200
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, maxConcurrent: -1}} | spec.maxConcurrent: must be between 1 and 200
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, credentials: Node_Login}} | spec.credentials: must be the name of a secret in the gate's namespace
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, credentials: other/node-login}} | spec.credentials: must be the name of a secret in the gate's namespace
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a}, kind: Registry, spec: {host: quay.io, credentials: ""}} | spec.credentials: must be the name of a secret in the gate's namespace
          {apiVersion: pullgate.dev/v1alpha1, metadata: {name: a, namespace: [b]}, kind: ClusterImagePolicy, spec: {mode: X}} | spec.mode: must be one of Enforce, Warn, Audit
          """)
  void saysWhatIsWrongInADocument(String document, String problem) throws Exception {
    assertProblems(document, problem);
  }

  @Test
  void tellsAllProblemsOfAllFilesAtOnce() throws Exception {
    Path broken = write("a.yaml", "a: [");
    Path two = write("b.yml", HEAD + "  {mode: X}\n---\n" + HEAD + "  {mode: Y}\n");
    Path latin = Files.write(folder.resolve("c.json"), new byte[] {'"', (byte) 0xe4, '"'});
    Path missing = folder.resolve("missing.yaml");

    assertThat(problems(folder, missing))
        .satisfiesExactly(
            problem -> assertThat(problem).startsWith(broken + ":1:5: not valid YAML: "),
            problem -> assertThat(problem).startsWith(two + ":5:4: spec.mode: "),
            problem -> assertThat(problem).startsWith(two + ":11:4: spec.mode: "),
            problem -> assertThat(problem).isEqualTo(latin + ": is no UTF-8 text"),
            problem -> assertThat(problem).isEqualTo(missing + ": no such file or folder"));
  }

  @Test
  void refusesAPolicyThatStandsTwice() throws Exception {
    Path first = write("a.yaml", HEAD + "  {}\n");
    Path second = write("b.yaml", HEAD + "  {mode: Warn}\n");

    assertThat(problems(folder))
        .containsExactly(
            second
                + ":3:12: metadata.name: ClusterImagePolicy baseline stands in "
                + first
                + " already");
  }

  @Test
  void refusesADuplicateKeyAndAnAliasBomb() throws Exception {
    Path twice = write("a.yaml", HEAD + "  mode: Warn\n  mode: Audit\n");
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i))
          .append("*a%d, ".formatted(i - 1).repeat(10))
          .append("]\n");
    }
    Path bombed = write("b.yaml", bomb.toString());

    assertThat(problems(folder))
        .hasSize(2)
        .contains(twice + ":6:3: the key mode stands twice")
        .anySatisfy(problem ->
            assertThat(problem)
                .startsWith(bombed + ":")
                .endsWith(": the document unfolds to too many values"));
  }

  @Test
  void refusesAFolderWithoutAPolicy() throws Exception {
    Files.createDirectories(folder.resolve("strict"));
    write("strict/a.yaml", HEAD + "  {}\n");
    write("kustomization.yaml", "resources: []\n");
    write("README.md", "# policies\n");
    write("empty.yaml", "# nothing\n---\n");

    assertThat(problems(folder))
        .containsExactly(
            "no policy in "
                + folder
                + ": a .yaml, .yml or .json file there has to hold a ClusterImagePolicy");
  }

  @Test
  void loadsTheExampleOfTheDesign() throws Exception {
    Path file =
        write(
            "example.yaml",
            """
            apiVersion: pullgate.dev/v1alpha1
            kind: ClusterImagePolicy
            metadata: {name: baseline}
            spec:
              mode: Enforce
              existing: Warn
              match:
                namespaceSelector: {}
                objectSelector: {matchLabels: {app: web}, matchExpressions: [{key: a, operator: Exists}]}
                images: ["docker.io/**"]
              exclude:
                namespaces: [kube-system]
                images: []
              pinning:
                require: Tag
                disallowedTags: [latest]
              registries:
                allow: ["registry.example.com", "docker.io/library/**"]
                deny: []
              resolution:
                mode: Warn
                platforms: Nodes
                onInconclusive: Allow
              pullSecrets:
                privateRegistries: ["registry.example.com", "*.dkr.ecr.*.amazonaws.com"]
                verify: true
              mirrors:
              - source: docker.io
                target: mirror.example.com/dockerhub
                check: true
                fallback: Source
                onUnproven: Rewrite
                pullSecret: mirror-login
                exclude: {owners: ["postgresql.cnpg.io/Cluster"]}
              digests:
                action: None
            ---
            apiVersion: pullgate.dev/v1alpha1
            kind: Registry
            metadata: {name: hub}
            spec: {host: index.docker.io, endpoint: "mirror.example.com:5000", timeout: 500ms, nodeCredentials: true}
            """);

    PolicySet policies = PolicyFiles.load(List.of(file));

    Policy policy = policies.policies().getFirst();
    assertThat(policy.name()).isEqualTo("baseline");
    assertThat(policy.mode()).isEqualTo(Mode.ENFORCE);
    assertThat(policy.scope().images()).hasToString("[docker.io/**]");
    assertThat(policy.scope().excludedNamespaces()).containsExactly("kube-system");
    assertThat(policy.scope().namespaceSelector()).isEqualTo(LabelSelector.EVERYTHING);
    assertThat(policy.scope().objectSelector().requirements()).hasSize(2);
    assertThat(policy.sections().pinning())
        .hasValueSatisfying(pinning -> assertThat(pinning.requireDigest()).isFalse());
    assertThat(policy.sections().registries())
        .hasValueSatisfying(registries -> assertThat(registries.allow()).hasSize(2));
    assertThat(policy.sections().resolution())
        .contains(new Policy.Resolving(Mode.WARN, new Policy.WantedPlatforms.Nodes(), false));
    assertThat(policy.sections().pullSecrets())
        .hasValueSatisfying(secrets -> assertThat(secrets.privateRegistries()).hasSize(2));
    assertThat(policy.mirrors())
        .containsExactly(
            new Mirror(
                "baseline",
                Mode.ENFORCE,
                "docker.io",
                "mirror.example.com/dockerhub",
                true,
                Mirror.Fallback.SOURCE,
                Mirror.OnUnproven.REWRITE,
                "mirror-login",
                Set.of("postgresql.cnpg.io/Cluster")));
    assertThat(policies.registries())
        .containsExactly(
            new RegistrySettings(
                "docker.io",
                false,
                List.of(),
                true,
                "mirror.example.com:5000",
                Duration.ofMillis(500)));
  }

  private static final String REGISTRY =
      """
      apiVersion: pullgate.dev/v1alpha1
      kind: Registry
      metadata: {name: %s}
      spec:
        host: %s
        %s
      ---
      """;

  @Test
  void readsTheLimitsAndTheLoginOfARegistry() throws Exception {
    Path file =
        write(
            "a.yaml",
            HEAD
                + "  {}\n---\n"
                + REGISTRY.formatted("a", "quay.io", "requestsPerSecond: 7\n  maxConcurrent: 3")
                + REGISTRY.formatted("b", "ghcr.io", "credentials: node-login")
                + REGISTRY.formatted("c", "gcr.io", "timeout: 1s"));

    assertThat(PolicyFiles.load(List.of(file)).registries())
        .extracting(
            RegistrySettings::host,
            RegistrySettings::requestsPerSecond,
            RegistrySettings::maxConcurrent,
            RegistrySettings::nodeCredentials,
            settings -> settings.credentials().orElse(""))
        .containsExactly(
            tuple("quay.io", 7, 3, false, ""),
            tuple("ghcr.io", 50, 16, true, "node-login"),
            tuple("gcr.io", 50, 16, false, ""));
  }

  @ParameterizedTest
  @CsvSource({"quay.io, quay.io", "docker.io, index.docker.io", "quay.io:443, QUAY.io"})
  void refusesTwoRegistriesForOneHost(String first, String second) throws IOException {
    Path one = write("a.yaml", HEAD + "  {}\n---\n" + REGISTRY.formatted("a", first, ""));
    Path two = write("b.yaml", REGISTRY.formatted("b", second, ""));

    String host = PolicyName.canonicalRegistry(first);
    assertThat(problems(one, two))
        .containsExactly(
            two + ":5:3: spec.host: " + host + " is declared in " + one + ":11 already");
  }

  @Test
  void readsAnException() throws Exception {
    Path file =
        write(
            "a.yaml",
            """
            apiVersion: pullgate.dev/v1alpha1
            kind: ImagePolicyException
            metadata: {name: old-shop}
            spec:
              policies: [baseline]
              rules: [unpinned, not-found]
              match: {namespaces: [shop], images: ["docker.io/**"]}
              reason: moves in June
              expires: 2026-06-30T00:00:00+02:00
            ---
            """
                + HEAD
                + "  {}\n");

    assertThat(PolicyFiles.load(List.of(file)).exceptions())
        .containsExactly(
            new PolicyException(
                "old-shop",
                Set.of("baseline"),
                Set.of(Rule.UNPINNED, Rule.NOT_FOUND),
                Set.of("shop"),
                List.of(ImageGlob.of("docker.io/**")),
                "moves in June",
                Instant.parse("2026-06-29T22:00:00Z")));
  }

  @Test
  void asksForNothingWhereASectionIsAbsent() throws Exception {
    Policy policy =
        PolicyFiles.load(List.of(write("a.yaml", HEAD + "  {}\n"))).policies().getFirst();

    assertThat(policy.sections()).isEqualTo(new Policy.Sections(null, null, null, null));
    assertThat(policy.mirrors()).isEmpty();
    assertThat(policy.mode()).isEqualTo(Mode.ENFORCE);
  }

  private void assertProblems(String text, String problem) throws IOException {
    Path file = write("a.yaml", text);

    assertThat(problems(file))
        .singleElement()
        .asString()
        .startsWith(file + ":")
        .matches(line -> line.substring(file.toString().length()).matches(":\\d+:\\d+: .*"))
        .endsWith(": " + problem);
  }

  private static List<String> problems(Path... paths) {
    List<String> problems = new ArrayList<>();
    assertThatThrownBy(() -> PolicyFiles.load(List.of(paths)))
        .asInstanceOf(type(DocumentException.class))
        .satisfies(refusal -> problems.addAll(refusal.problems()));
    return problems;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
