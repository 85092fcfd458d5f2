package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Policies as custom resources, applied with kubectl.
final class CustomResourceIT extends GatedCluster {
  @Test
  void aPolicyHoldsAtOnceAndUntilItIsDeleted() {
    String image = cluster.open() + "/shop/web:1.2.3";
    assertAdmitted(namespace.apply(pod("web", image), "--dry-run=server"));

    assertAdmitted(
        namespace.apply(
            policy("no-open-registry", "  registries: {deny: [\"" + cluster.open() + "\"]}\n")));
    Instant applied = Instant.now();
    await("a denial", () -> !namespace.apply(pod("web", image), "--dry-run=server").succeeded());
    assertThat(Duration.between(applied, Instant.now())).isLessThan(Duration.ofSeconds(2));
    assertDenied(
        namespace.apply(pod("web", image)),
        "[registry-not-allowed]",
        "Policy: no-open-registry (Enforce)");

    delete("clusterimagepolicy", "no-open-registry");
    await("an admission", () -> namespace.apply(pod("web", image)).succeeded());
  }

  @Test
  void aNamespacedPolicyHoldsInItsNamespaceOnly() {
    UserNamespace other = new UserNamespace(cluster);
    String image = cluster.open() + "/shop/web:1.2.3";
    assertAdmitted(
        namespace.apply(
            """
            apiVersion: pullgate.dev/v1alpha1
            kind: ImagePolicy
            metadata: {name: digests-only}
            spec: {pinning: {require: Digest}}
            """));

    await("a denial", () -> !namespace.apply(pod("web", image), "--dry-run=server").succeeded());
    assertDenied(namespace.apply(pod("web", image)), "[unpinned]", "digests-only");
    assertAdmitted(other.apply(pod("web", image)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ClusterImagePolicy | {pining: {}} | spec.pining
          ClusterImagePolicy | {pinning: {requires: Tag}} | spec.pinning.requires
          ClusterImagePolicy | {mode: enforce} | spec.mode
          ClusterImagePolicy | {existing: Audit} | spec.existing
          ClusterImagePolicy | {enforcedSince: yesterday} | spec.enforcedSince
          ClusterImagePolicy | {enforcedSince: "2026-13-41T00:00:00Z"} | spec.enforcedSince: must be a moment
          ClusterImagePolicy | {pinning: {disallowedTags: ["b c"]}} | spec.pinning.disallowedTags[0]
          ClusterImagePolicy | {match: {images: [ok.io, "a b"]}} | spec.match.images[1]
          ClusterImagePolicy | {match: {images: ["https://b"]}} | spec.match.images[0]
          ClusterImagePolicy | {exclude: {images: ["a***"]}} | spec.exclude.images[0]
          ClusterImagePolicy | {registries: {allow: ["a//b"]}} | spec.registries.allow[0]
          ClusterImagePolicy | {registries: {deny: [""]}} | spec.registries.deny[0]
          ClusterImagePolicy | {pullSecrets: {privateRegistries: [a/]}} | spec.pullSecrets.privateRegistries[0]
          ClusterImagePolicy | {match: {namespaceSelector: {matchExpressions: [{key: a, operator: Is}]}}} | spec.match.namespaceSelector.matchExpressions[0].operator
          ClusterImagePolicy | {match: {namespaceSelector: {matchExpressions: [{key: a, operator: In}]}}} | spec.match.namespaceSelector.matchExpressions[0].values
          ClusterImagePolicy | {match: {objectSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}} | spec.match.objectSelector.matchExpressions[0].values
          ClusterImagePolicy | {match: {objectSelector: {matchExpressions: [{key: "a b", operator: Exists}]}}} | spec.match.objectSelector.matchExpressions[0].key
          ClusterImagePolicy | {match: {objectSelector: {matchExpressions: [{operator: Exists}]}}} | spec.match.objectSelector.matchExpressions[0].key
          ClusterImagePolicy | {match: {objectSelector: {matchLabels: {a: "b c"}}}} | spec.match.objectSelector.matchLabels.a
          ClusterImagePolicy | {match: {objectSelector: {matchLabels: {"a b": c}}}} | spec.match.objectSelector.matchLabels.a b: is no key of a label
          ClusterImagePolicy | {resolution: {platforms: Some}} | spec.resolution.platforms
          ClusterImagePolicy | {resolution: {platforms: []}} | spec.resolution.platforms
          ClusterImagePolicy | {resolution: {platforms: true}} | spec.resolution.platforms
          ClusterImagePolicy | {resolution: {platforms: 7}} | spec.resolution.platforms
          ClusterImagePolicy | {resolution: {platforms: {a: b}}} | spec.resolution.platforms
          ClusterImagePolicy | {resolution: {platforms: [linux/amd64, amd64]}} | spec.resolution.platforms[1]
          ClusterImagePolicy | {mirrors: [{source: docker.io}]} | spec.mirrors[0].target
          ClusterImagePolicy | {mirrors: [{source: docker.io, target: mirror}]} | spec.mirrors[0].target
          ClusterImagePolicy | {mirrors: [{source: docker.io, target: docker.io}]} | spec.mirrors[0].target
          ClusterImagePolicy | {mirrors: [{source: docker.io, target: index.docker.io}]} | spec.mirrors[0].target: is the source itself
          ClusterImagePolicy | {mirrors: [{source: "*.io", target: m.io}]} | spec.mirrors[0].source
          ClusterImagePolicy | {mirrors: [{source: docker.io, target: m.io, pullSecret: ""}]} | spec.mirrors[0].pullSecret
          ClusterImagePolicy | {digests: {action: Always}} | spec.digests.action
          ImagePolicy | {mirrors: [{source: docker.io, target: m.io}]} | spec.mirrors
          ImagePolicy | {digests: {action: Pin}} | spec.digests
          ImagePolicyException | {policies: [a], rules: [unpinned], reason: because} | spec.expires
          ImagePolicyException | {policies: [a], rules: [unpinned], expires: "2099-01-01T00:00:00Z"} | spec.reason
          ImagePolicyException | {policies: [a], rules: [pinned], reason: because, expires: "2099-01-01T00:00:00Z"} | spec.rules[0]
          ImagePolicyException | {policies: [], rules: [unpinned], reason: because, expires: "2099-01-01T00:00:00Z"} | spec.policies
          ImagePolicyException | {policies: [a], rules: [unpinned], reason: because, expires: soon} | spec.expires
          Registry | {} | spec.host
          Registry | {host: internal} | spec.host
          Registry | {host: "a.io/b"} | spec.host
          Registry | {host: a.io, scheme: FTP} | spec.scheme
          Registry | {host: a.io, timeout: 2h} | spec.timeout
          Registry | {host: a.io, timeout: 31s} | spec.timeout
          Registry | {host: a.io, caBundle: secret} | spec.caBundle
          Registry | {host: a.io, caBundle: "-----BEGIN CERTIFICATE-----\\nx"} | spec.caBundle: holds no valid PEM certificate
          Registry | {host: a.io, maxConcurrent: 0} | spec.maxConcurrent
          """)
  void refusesAtApplyWithThePathOfTheField(String kind, String spec, String expected) {
    CommandResult result =
        namespace.apply(
            """
            apiVersion: pullgate.dev/v1alpha1
            kind: %s
            metadata: {name: refused}
            spec: %s
            """
                .formatted(kind, spec));

    assertThat(result.succeeded()).as(result.stdout()).isFalse();
    assertThat(result.stderr()).contains(expected);
  }

  @Test
  void takesTheReadyPolicies() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("policies"))) {
      List<Path> policies =
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .filter(file -> !file.endsWith("kustomization.yaml"))
              .toList();
      assertThat(policies).hasSize(4);
      for (Path policy : policies) {
        CommandResult result =
            namespace.run(
                "apply",
                "--dry-run=server",
                "--validate=strict",
                "-f",
                policy.toAbsolutePath().toString());
        assertThat(result.succeeded()).as(result.stderr()).isTrue();
      }
    }
  }

  @Test
  void showsInColumnsWhatIsKnown() {
    assertAdmitted(
        namespace.apply(
            """
            apiVersion: pullgate.dev/v1alpha1
            kind: Registry
            metadata: {name: ghcr}
            spec: {host: ghcr.io}
            ---
            apiVersion: pullgate.dev/v1alpha1
            kind: Registry
            metadata: {name: twice}
            spec: {host: GHCR.io}
            ---
            apiVersion: pullgate.dev/v1alpha1
            kind: Registry
            metadata: {name: from-a-file}
            spec: {host: %s}
            ---
            apiVersion: pullgate.dev/v1alpha1
            kind: ImagePolicyException
            metadata: {name: running}
            spec: {policies: [baseline], rules: [unpinned], reason: moving, expires: "2099-01-01T00:00:00Z", match: {namespaces: [nowhere]}}
            ---
            apiVersion: pullgate.dev/v1alpha1
            kind: ImagePolicyException
            metadata: {name: over}
            spec: {policies: [baseline], rules: [unpinned], reason: moved, expires: "2020-01-01T00:00:00Z", match: {namespaces: [nowhere]}}
            """
                .formatted(cluster.open())));
    assertAdmitted(namespace.apply(policy("only-pinned", "  pinning: {}\n")));

    row("clusterimagepolicies", "only-pinned", "only-pinned +Enforce +True +.*");
    row("registries", "ghcr", "ghcr +ghcr.io +True +Unknown.*");
    row("registries", "twice", "twice +GHCR.io +False +Unknown.*");
    row("registries", "from-a-file", "from-a-file +127.0.0.1:\\d+ +False +.*");
    row("imagepolicyexceptions", "running", "running +2099-01-01T00:00:00Z +True +True +.*");
    row("imagepolicyexceptions", "over", "over +2020-01-01T00:00:00Z +False +True +.*");
    assertThat(header("registries"))
        .matches("NAME +HOST +ACCEPTED +REACHABLE +LATENCY +REMAINING +LAST SEEN");
    assertThat(header("clusterimagepolicies"))
        .matches("NAME +MODE +ACCEPTED +OBJECTS +DENIED +AGE");
    assertThat(namespace.get("registry", "twice").at("/status/conditions/0/message").asText())
        .isEqualTo("ghcr.io is declared by Registry ghcr already. This one has no effect");

    delete("registry", "ghcr", "twice", "from-a-file");
    delete("imagepolicyexception", "running", "over");
    delete("clusterimagepolicy", "only-pinned");
  }

  private void row(String kind, String name, String pattern) {
    await(
        name + " as " + pattern,
        () ->
            namespace
                .run("get", kind, name, "--no-headers")
                .stdoutOrThrow("kubectl get")
                .strip()
                .matches(pattern));
  }

  private String header(String kind) {
    return namespace.run("get", kind).stdoutOrThrow("kubectl get").lines().findFirst().orElse("");
  }

  private String policy(String name, String sections) {
    return CustomResources.policyFor(namespace, name, sections);
  }

  private void delete(String kind, String... names) {
    Stream.of(names)
        .forEach(
            name -> namespace.run("delete", kind, name).stdoutOrThrow("kubectl delete " + kind));
  }
}
