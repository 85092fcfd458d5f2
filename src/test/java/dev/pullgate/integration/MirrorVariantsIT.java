package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Credentials;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every setting of a mirror, one policy each: a namespace chooses one by its label.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MirrorVariantsIT {
  private final ClusterBed cluster = ClusterBed.get();
  private final String nginxDigest =
      cluster.bed().openRegistry().push("dockerhub/library/nginx:1.28");
  private final PullgateServer gate = start();

  private PullgateServer start() {
    cluster.bed().privateRegistry().push("dockerhub/library/nginx:1.28");
    Path folder = cluster.workspace().folder().resolve("mirror-variants");
    String served = cluster.open() + "/dockerhub";
    String hidden = cluster.hidden() + "/dockerhub";
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("mirrors.yaml"),
          variant("served", served, "")
              + variant("deny", served, "fallback: Deny")
              + variant("down-rewrite", "127.0.0.1:1/hub", "onUnproven: Rewrite")
              + variant("down-source", "127.0.0.1:1/hub", "onUnproven: Source")
              + variant("down-deny", "127.0.0.1:1/hub", "onUnproven: Deny")
              + variant("login", hidden, "pullSecret: regcred")
              + variant("no-login", hidden, ""));
      Files.writeString(folder.resolve("down.yaml"), registry("down", "127.0.0.1:1"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return PullgateServer.forCluster(
        cluster.workspace(),
        "mirror-variants-gate",
        cluster.bed().controlPlane().kubeconfig(),
        List.of(cluster.policies().getLast().resolve("registries.yaml"), folder));
  }

  private static String variant(String name, String target, String more) {
    return """
    ---
    apiVersion: pullgate.dev/v1alpha1
    kind: ClusterImagePolicy
    metadata: {name: mirror-%s}
    spec:
      match: {namespaceSelector: {matchLabels: {mirror: %s}}}
      resolution: {platforms: Skip}
      pullSecrets: {}
      mirrors:
      - source: docker.io
        target: %s
        %s
    """
        .formatted(name, name, target, more);
  }

  private static String registry(String name, String host) {
    return """
    apiVersion: pullgate.dev/v1alpha1
    kind: Registry
    metadata: {name: %s}
    spec: {host: "%s", scheme: HTTP}
    """
        .formatted(name, host);
  }

  private UserNamespace namespace(String variant) {
    UserNamespace namespace = new UserNamespace(cluster);
    namespace
        .run("label", "namespace", namespace.name(), "mirror=" + variant)
        .stdoutOrThrow("kubectl label");
    UserNamespace.await(
        "the label",
        () -> !namespace.apply(pod("probe", "Not/A:reference"), "--dry-run=server").succeeded());
    return namespace;
  }

  private static String image(UserNamespace namespace) {
    return namespace.get("pod", "web").at("/spec/containers/0/image").asText();
  }

  @AfterAll
  void stop() {
    gate.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nginx:1.28",
        "docker.io/nginx:1.28",
        "docker.io/library/nginx:1.28",
        "index.docker.io/library/nginx:1.28"
      })
  void rewritesEverySpellingAndKeepsTheTag(String written) {
    UserNamespace namespace = namespace("served");

    CommandResult result = namespace.apply(pod("web", written));

    assertAdmitted(result);
    assertThat(result.stderr()).isEmpty();
    assertThat(image(namespace)).isEqualTo(cluster.open() + "/dockerhub/library/nginx:1.28");
  }

  @Test
  void keepsTheTagAndTheDigest() {
    UserNamespace namespace = namespace("served");

    assertAdmitted(
        namespace.apply(pod("web", "index.docker.io/library/nginx:1.28@" + nginxDigest)));

    assertThat(image(namespace))
        .isEqualTo(cluster.open() + "/dockerhub/library/nginx:1.28@" + nginxDigest);
  }

  @Test
  void leavesWhatTheMirrorProvablyLacks() {
    UserNamespace namespace = namespace("served");

    CommandResult result = namespace.apply(pod("web", "redis:8"));

    assertAdmitted(result);
    assertThat(result.stderr()).contains("[mirror-missing-image]");
    assertThat(image(namespace)).isEqualTo("redis:8");
  }

  @Test
  void deniesWhatTheMirrorProvablyLacksWhereThePolicySaysSo() {
    assertDenied(
        namespace("deny").apply(pod("web", "redis:8")), "[mirror-missing-image]", "redis:8");
  }

  @Test
  void rewritesToAMirrorThatIsDown() {
    UserNamespace namespace = namespace("down-rewrite");

    CommandResult result = namespace.apply(pod("web", "nginx:1.28"));

    assertAdmitted(result);
    assertThat(result.stderr()).contains("[unreachable]");
    assertThat(image(namespace)).isEqualTo("127.0.0.1:1/hub/library/nginx:1.28");
  }

  @Test
  void staysAtTheSourceWhereTheMirrorIsDown() {
    UserNamespace namespace = namespace("down-source");

    CommandResult result = namespace.apply(pod("web", "redis:8"));

    assertAdmitted(result);
    assertThat(result.stderr()).contains("Warning: pullgate:", "redis:8", "[unreachable]");
    assertThat(image(namespace)).isEqualTo("redis:8");
  }

  @Test
  void deniesWhereTheMirrorIsDownAndThePolicySaysSo() {
    assertDenied(namespace("down-deny").apply(pod("web", "redis:8")), "[unreachable]");
  }

  @Test
  void addsTheSecretOfAMirrorWithALogin() {
    UserNamespace namespace = namespace("login");
    Credentials login = cluster.bed().privateRegistry().login().orElseThrow();
    namespace.createPullSecret(cluster.hidden(), login.username(), login.password());

    CommandResult result = namespace.apply(pod("web", "nginx:1.28"));

    assertAdmitted(result);
    assertThat(result.stderr()).isEmpty();
    assertThat(image(namespace)).isEqualTo(cluster.hidden() + "/dockerhub/library/nginx:1.28");
    JsonNode stored = namespace.get("pod", "web");
    assertThat(stored.at("/spec/imagePullSecrets/0/name").asText()).isEqualTo("regcred");
  }

  @Test
  void staysAtTheSourceWhereTheMirrorWouldDropTheCredentials() {
    UserNamespace namespace = namespace("no-login");

    CommandResult result = namespace.apply(pod("web", "redis:8"));

    assertAdmitted(result);
    assertThat(result.stderr()).contains("[mirror-drops-credentials]");
    assertThat(image(namespace)).isEqualTo("redis:8");
  }
}
