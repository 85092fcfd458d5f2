package dev.pullgate.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pullgate.testbed.BedPolicies;
import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Kubectl;
import dev.pullgate.testbed.Progress;
import dev.pullgate.testbed.PullgateServer;
import dev.pullgate.testbed.TestBed;
import dev.pullgate.testbed.ToolsMissingException;
import dev.pullgate.testbed.Workspace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The built gate in front of a real API server, with real registries, as a user of kubectl sees
/// it.
final class GateIT {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static final String ORIGINALS = "pullgate.dev/original-images";

  private static Optional<TestBed> started = Optional.empty();
  private static Optional<Workspace> workspace = Optional.empty();
  private static Optional<PullgateServer> running = Optional.empty();
  private static List<Path> policies = List.of();

  private Kubectl kubectl = bed().kubectl("admin");
  private String namespace = "";

  @BeforeAll
  static void start() {
    try {
      started = Optional.of(TestBed.start(Progress.onStderr()));
    } catch (ToolsMissingException e) {
      if ("true".equals(System.getenv("CI"))) {
        throw e;
      }
      Assumptions.abort(e.getMessage());
    }
    bed().openRegistry().push("shop/web:1.2.3");
    bed().openRegistry().push("shop/web:1.2.5");
    bed().openRegistry().push("dockerhub/library/nginx:1.27");
    bed().openRegistry().push("library/redis:8");
    bed().privateRegistry().push("team/app:2.0");
    workspace = Optional.of(Workspace.open("pullgate-it-"));
    policies = BedPolicies.write(workspace.orElseThrow().folder().resolve("policies"), bed());
    running = Optional.of(serve("gate"));
  }

  @AfterAll
  static void stop() {
    workspace.ifPresent(Workspace::close);
    started.ifPresent(TestBed::close);
  }

  private static PullgateServer serve(String name) {
    return PullgateServer.forCluster(
        workspace.orElseThrow(), name, bed().controlPlane().kubeconfig(), policies);
  }

  private static TestBed bed() {
    return started.orElseThrow();
  }

  private static String open() {
    return bed().openRegistry().host();
  }

  private static String hidden() {
    return bed().privateRegistry().host();
  }

  @BeforeEach
  void makeNamespace() {
    namespace = "it-" + NAMESPACES.incrementAndGet();
    kubectl.run("create", "namespace", namespace).stdoutOrThrow("kubectl create namespace");
    await(
        "the default ServiceAccount",
        () -> kubectl.run("get", "serviceaccount", "default", "-n", namespace).succeeded());
  }

  private static void await(String what, Supplier<Boolean> condition) {
    Instant end = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.get()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(what + " did not come");
      }
      Thread.onSpinWait();
    }
  }

  private static String pod(String name, String image, String... more) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s
    spec:
    %s  containers:
      - name: web
        image: %s
    """
        .formatted(name, String.join("", more), image);
  }

  private static String deployment(String name, String image) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: %s
    spec:
      replicas: 2
      selector: {matchLabels: {app: %s}}
      template:
        metadata: {labels: {app: %s}}
        spec:
          containers:
          - name: web
            image: %s
    """
        .formatted(name, name, name, image);
  }

  private CommandResult apply(String manifest, String... more) {
    String[] arguments = new String[5 + more.length];
    List<String> fixed = List.of("apply", "-n", namespace, "-f", "-");
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i < fixed.size() ? fixed.get(i) : more[i - fixed.size()];
    }
    return kubectl.runWithInput(manifest, arguments);
  }

  private JsonNode get(String... what) throws IOException {
    String[] arguments = new String[what.length + 5];
    arguments[0] = "get";
    System.arraycopy(what, 0, arguments, 1, what.length);
    System.arraycopy(
        new String[] {"-n", namespace, "-o", "json"}, 0, arguments, what.length + 1, 4);
    return MAPPER.readTree(kubectl.run(arguments).stdoutOrThrow("kubectl get"));
  }

  private static void assertDenied(CommandResult result, String... texts) {
    assertThat(result.succeeded()).as(result.stdout() + result.stderr()).isFalse();
    assertThat(result.stderr())
        .contains("admission webhook \"validate.pullgate.dev\" denied the request")
        .contains(texts);
  }

  private static void assertAdmitted(CommandResult result) {
    assertThat(result.succeeded()).as(result.stderr()).isTrue();
  }

  @Test
  void rejectsThePublishedScenarioAsUnpinned() {
    assertDenied(
        apply(pod("broken", "non-existent-image")),
        "container \"web\": non-existent-image has no tag, so it means latest",
        "[unpinned]",
        "Policy: baseline (Enforce)");
    assertDenied(
        apply(pod("fixed", "busybox")), "busybox has no tag, so it means latest", "[unpinned]");
  }

  @Test
  void rejectsATagThatDoesNotExist() {
    assertDenied(
        apply(pod("web", open() + "/shop/web:1.2.4")),
        open() + "/shop/web:1.2.4 does not exist",
        "[not-found]",
        open() + " answered 404 for the tag, asked anonymously");
  }

  @Test
  void admitsAnImageThatExistsWithoutAWord() {
    CommandResult result = apply(pod("web", open() + "/shop/web:1.2.3"));

    assertAdmitted(result);
    assertThat(result.stderr()).isEmpty();
  }

  @Test
  void namesTheDigestOfAnUnpinnedTag() {
    String digest = bed().openRegistry().push("shop/moving:latest");

    assertDenied(
        apply(pod("web", open() + "/shop/moving")),
        "Fix: " + open() + "/shop/moving@" + digest + " (what latest is today)");
  }

  @Test
  void rejectsAPrivateImageUntilItsSecretIsThere() {
    String image = hidden() + "/team/app:2.0";
    assertDenied(
        apply(pod("app", image)),
        image + " is private, and the pod names no pull secret",
        "[pull-secret-required]",
        "kubectl create secret docker-registry NAME -n " + namespace);

    String secrets = "  imagePullSecrets: [{name: regcred}]\n";
    assertDenied(
        apply(pod("app", image, secrets)),
        "pull secret \"regcred\" does not exist in namespace \"" + namespace + "\"",
        "[pull-secret-missing]");

    createSecret(bed().privateRegistry().login().orElseThrow().password());
    assertAdmitted(apply(pod("app", image, secrets)));
  }

  private void createSecret(String password) {
    kubectl
        .run(
            "create",
            "secret",
            "docker-registry",
            "regcred",
            "-n",
            namespace,
            "--docker-server=" + hidden(),
            "--docker-username=" + bed().privateRegistry().login().orElseThrow().username(),
            "--docker-password=" + password)
        .stdoutOrThrow("kubectl create secret");
  }

  @Test
  void rejectsAPasswordThatTheRegistryRefusesAndNeverShowsIt() throws IOException {
    createSecret("not-the-password");

    CommandResult result =
        apply(pod("app", hidden() + "/team/app:2.0", "  imagePullSecrets: [{name: regcred}]\n"));

    assertDenied(result, "[pull-secret-rejected]", "with the credentials of secret \"regcred\"");
    assertThat(result.stderr()).doesNotContain("not-the-password");
    assertThat(Files.readString(running.orElseThrow().log())).doesNotContain("not-the-password");
  }

  @Test
  void takesTheSecretThatTheServiceAccountGivesThePod() {
    createSecret(bed().privateRegistry().login().orElseThrow().password());
    kubectl
        .run(
            "patch",
            "serviceaccount",
            "default",
            "-n",
            namespace,
            "-p",
            "{\"imagePullSecrets\": [{\"name\": \"regcred\"}]}")
        .stdoutOrThrow("kubectl patch");

    assertAdmitted(apply(pod("app", hidden() + "/team/app:2.0")));
  }

  @Test
  void rewritesAPodToTheMirrorAndKeepsTheOriginal() throws IOException {
    assertAdmitted(apply(pod("web", "nginx:1.27")));

    JsonNode stored = get("pod", "web");
    assertThat(stored.at("/spec/containers/0/image").asText())
        .isEqualTo(open() + "/dockerhub/library/nginx:1.27");
    assertThat(stored.path("metadata").path("annotations").path(ORIGINALS).asText())
        .isEqualTo("{\"containers/web\":\"nginx:1.27\"}");

    CommandResult again = apply(pod("web", "nginx:1.27"));
    assertAdmitted(again);
    assertThat(get("pod", "web").at("/spec/containers/0/image").asText())
        .isEqualTo(open() + "/dockerhub/library/nginx:1.27");
  }

  @Test
  void leavesAnImageThatTheMirrorLacksWithAWarning() throws IOException {
    CommandResult result = apply(pod("cache", "redis:8"));

    assertAdmitted(result);
    assertThat(result.stderr()).contains("Warning: pullgate:", "[mirror-missing-image]");
    assertThat(result.stderr().lines().filter(line -> line.contains("mirror-missing-image")))
        .hasSize(1);
    assertThat(get("pod", "cache").at("/spec/containers/0/image").asText()).isEqualTo("redis:8");
  }

  @Test
  void leavesADeploymentAsItIsAndRewritesItsPods() throws IOException {
    assertAdmitted(apply(deployment("web", "nginx:1.27")));

    assertThat(get("deployment", "web").at("/spec/template/spec/containers/0/image").asText())
        .isEqualTo("nginx:1.27");
    await("two pods of the Deployment", () -> pods("app=web").size() == 2);
    assertThat(pods("app=web"))
        .allSatisfy(created ->
            assertThat(created.at("/spec/containers/0/image").asText())
                .isEqualTo(open() + "/dockerhub/library/nginx:1.27"));
  }

  private JsonNode pods(String selector) {
    try {
      return get("pods", "-l", selector).path("items");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void rejectsADeploymentWhosePodsCouldNotPull() {
    assertDenied(
        apply(deployment("web", open() + "/shop/web:1.2.4")),
        "[not-found]",
        "1.2.4 does not exist");
  }

  @Test
  void judgesTheImageThatKubectlDebugAdds() {
    assertAdmitted(apply(pod("web", open() + "/shop/web:1.2.3")));

    assertDenied(
        kubectl.run(
            "debug", "web", "-n", namespace, "--image=" + open() + "/shop/web:0", "-c", "dbg"),
        "ephemeral container \"dbg\"",
        "[not-found]");
  }

  @Test
  void givesTheSameVerdictOnADryRun() {
    assertDenied(apply(pod("web", "busybox"), "--dry-run=server"), "[unpinned]");
    assertAdmitted(apply(pod("web", "nginx:1.27"), "--dry-run=server"));
    assertThat(kubectl.run("get", "pod", "web", "-n", namespace).succeeded()).isFalse();
  }

  @Test
  void admitsWithAWarningWhenTheRegistryIsDown() {
    CommandResult result = apply(pod("web", "registry.invalid/shop/web:1.0"));

    assertAdmitted(result);
    assertThat(result.stderr())
        .contains(
            "Warning: pullgate: container \"web\": registry.invalid/shop/web:1.0 could not be"
                + " checked, registry.invalid has no address (DNS) [unreachable]; admitted");
  }

  @Test
  void doesNotFollowATenantToALoopbackAddress() {
    CommandResult result = apply(pod("web", "127.0.0.1:1/shop/web:1.0"));

    assertAdmitted(result);
    assertThat(result.stderr()).contains("leads to a loopback", "[registry-error]; admitted");
  }

  @Test
  void asksRegistriesByHeadOnly() {
    int before = bed().openRegistry().requests().size();
    bed().openRegistry().requests();

    assertDenied(apply(pod("web", open() + "/shop/web:9.9.9")), "[not-found]");

    List<String> requests = bed().openRegistry().requests();
    assertThat(requests.subList(before, requests.size()))
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request).startsWith("HEAD /v2/shop/web/manifests/9.9.9"));
  }

  @Test
  void leavesNamespacesAloneThatAreLabelledSo() {
    kubectl
        .run("label", "namespace", namespace, "pullgate.dev/enforcement=disabled")
        .stdoutOrThrow("kubectl label");

    await("the label", () -> apply(pod("web", "busybox"), "--dry-run=server").succeeded());
  }

  @Test
  void anotherServerTakesTheCertificateOverAndRegistersItself() throws Exception {
    try (PullgateServer second = serve("second")) {
      String bundle = bundle();
      assertDenied(apply(pod("web", "busybox")), "[unpinned]");
      assertThat(ready(second)).contains("\"webhooksRegistered\": true");
      assertThat(bundle()).isEqualTo(bundle);
    }
    try (PullgateServer third = serve("third")) {
      assertDenied(apply(pod("web", "busybox")), "[unpinned]");
      assertThat(third.startToReady()).isPositive();
    }
    running = Optional.of(serve("fourth"));
  }

  private String bundle() {
    return kubectl
        .run(
            "get",
            "validatingwebhookconfiguration",
            "pullgate",
            "-o",
            "jsonpath={.webhooks[0].clientConfig.caBundle}")
        .stdoutOrThrow("kubectl get");
  }

  private static String ready(PullgateServer server) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = server.management().resolve("/q/health/ready");
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void saysInOneLineWhatIsWrongWithAPolicyOrTheCluster() throws IOException {
    Path broken = workspace.orElseThrow().folder().resolve("broken.yaml");
    Files.writeString(
        broken,
        """
        apiVersion: pullgate.dev/v1alpha1
        kind: ClusterImagePolicy
        metadata:
          name: broken
        spec:
          pinning:
            requires: Digest
        """);
    CommandResult policy = serveOnce("--standalone", "--policies", broken.toString());
    assertThat(policy.exitCode()).isEqualTo(2);
    assertThat(policy.stderr())
        .isEqualTo(
            "pullgate: "
                + broken
                + ":7:5: spec.pinning.requires: unknown field; known here: disallowedTags, mode,"
                + " require\n");

    CommandResult kubeconfig =
        serveOnce("--kubeconfig", "missing", "--policies", policies.getFirst().toString());
    assertThat(kubeconfig.exitCode()).isEqualTo(3);
    assertThat(kubeconfig.stderr()).isEqualTo("pullgate: the kubeconfig missing cannot be read\n");

    CommandResult options = serveOnce("--standalone", "--webhook-url", "https://localhost");
    assertThat(options.exitCode()).isEqualTo(2);
    assertThat(options.stderr()).contains("--standalone runs without a cluster");
  }

  private static CommandResult serveOnce(String... arguments) {
    List<String> all = new ArrayList<>(List.of("serve", "--port", "0", "--management-port", "0"));
    all.addAll(List.of(arguments));
    return PullgateServer.run(workspace.orElseThrow(), all);
  }
}
