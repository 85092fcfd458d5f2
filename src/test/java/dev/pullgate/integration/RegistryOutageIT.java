package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pullgate.testbed.BedPolicies;
import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.MisbehavingRegistry;
import dev.pullgate.testbed.MisbehavingRegistry.Behaviour;
import dev.pullgate.testbed.PullgateServer;
import dev.pullgate.testbed.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a user sees while a registry fails, on the real API server: a warning and the pod, or a
/// denial where the policy says so; in either case in time. Every behaviour has a registry of its
/// own, so that none is judged by what another did.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RegistryOutageIT {
  /// More than the API server waits, so that its own limit is the one that counts.
  private static final String PATIENT = "  timeout: 30s\n";

  private static final String STRICT =
      """
      apiVersion: pullgate.dev/v1alpha1
      kind: ClusterImagePolicy
      metadata:
        name: strict-in-an-outage
      spec:
        match:
          namespaceSelector: {matchLabels: {outage: deny}}
        resolution:
          onInconclusive: Deny
      """;

  private final ClusterBed cluster = ClusterBed.get();
  private final Workspace workspace = Workspace.open("pullgate-outage-");
  private final Map<Behaviour, MisbehavingRegistry> registries = new EnumMap<>(Behaviour.class);
  private final MisbehavingRegistry brief = MisbehavingRegistry.start(workspace);
  private final String down = "127.0.0.1:" + closedPort();
  private final PullgateServer gate = cluster.startGate("--policies", policies().toString());
  private UserNamespace namespace = new UserNamespace(cluster);

  private static int closedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path policies() {
    StringBuilder documents =
        new StringBuilder(STRICT)
            .append(BedPolicies.registry("down", down, ""))
            .append(BedPolicies.registry("brief", brief.host(), ""));
    for (Behaviour behaviour : Behaviour.values()) {
      MisbehavingRegistry registry = MisbehavingRegistry.start(workspace);
      registries.put(behaviour, registry);
      documents.append(
          BedPolicies.registry(
              behaviour.repository(),
              registry.host(),
              behaviour == Behaviour.HANGING ? PATIENT : ""));
    }
    try {
      return Files.writeString(workspace.folder().resolve("outage.yaml"), documents);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void makeNamespace() {
    namespace = new UserNamespace(cluster);
  }

  @AfterAll
  void stop() {
    gate.close();
    workspace.close();
  }

  private MisbehavingRegistry registry(Behaviour behaviour) {
    MisbehavingRegistry registry = registries.get(behaviour);
    assertThat(registry).isNotNull();
    return registry;
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        arguments(Behaviour.LIMITED, "rate-limited", "limits requests (429)"),
        arguments(Behaviour.SERVER_ERROR, "registry-error", "answered 500"),
        arguments(Behaviour.GARBAGE, "registry-error", "breaks the protocol"),
        arguments(Behaviour.HTML, "registry-error", "something that is no image manifest"),
        arguments(Behaviour.HUGE_HEADERS, "registry-error", "breaks the protocol"),
        arguments(Behaviour.ENDLESS_BODY, "registry-error", ""),
        arguments(Behaviour.ENDLESS_TOKEN, "registry-error", "more than any answer may hold"),
        arguments(
            Behaviour.FORBIDDEN_REDIRECT, "registry-error", "leads to a loopback, link-local"),
        arguments(Behaviour.FORBIDDEN_REALM, "registry-error", "leads to a loopback, link-local"),
        arguments(Behaviour.LOOPBACK_REDIRECT, "registry-error", "leads to a loopback"),
        arguments(Behaviour.LOOPBACK_REALM, "registry-error", "leads to a loopback"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void admitsWithAWarningUnlessThePolicyDeniesWhatIsNotProven(
      Behaviour behaviour, String rule, String detail) {
    MisbehavingRegistry registry = registry(behaviour);

    assertWarned(applyInTime(pod("web", registry.image(behaviour))), rule, detail);
    deny();
    assertDenied(
        applyInTime(pod("strict", registry.image(behaviour))),
        "[" + rule + "]",
        detail,
        "the policy denies what cannot be proven",
        "strict-in-an-outage (Enforce)");

    assertThat(registry.requests(behaviour)).isNotEmpty();
    assertThat(registry.trapped()).isZero();
  }

  @Test
  void admitsWithAWarningWhileARegistryIsDown() {
    String image = down + "/shop/web:1.2.3";

    assertWarned(applyInTime(pod("web", image)), "unreachable", "refused or broke the connection");
    deny();
    assertDenied(applyInTime(pod("strict", image)), "[unreachable]");
  }

  /// Two containers at a registry that waits longer than the API server does: the answer comes in
  /// time all the same, and within it the time of one.
  @Test
  void answersWithinTheDeadlineOfTheApiServerWhenARegistryHangs() {
    String image = registry(Behaviour.HANGING).image(Behaviour.HANGING);
    String two =
        pod("web", image) + "  - name: sidecar\n    image: " + image.replace(":1.0", ":2.0") + "\n";

    assertWarned(applyInTime(two), "unreachable", "did not answer within");
    deny();
    assertDenied(
        applyInTime(two.replace("name: web\nspec", "name: strict\nspec")),
        "[unreachable]",
        "container \"sidecar\"");
  }

  @Test
  void judgesWhatNeedsNoRegistryAlsoWhileOneHangs() {
    String image = brief.host() + "/broken/hanging";

    assertDenied(applyInTime(pod("web", image)), "[unpinned]");
  }

  private void deny() {
    namespace
        .run("label", "namespace", namespace.name(), "outage=deny")
        .stdoutOrThrow("kubectl label");
    UserNamespace.await(
        "the label",
        () -> !namespace.apply(pod("probe", down + "/probe:1"), "--dry-run=server").succeeded());
  }

  /// A call that took longer would have ended by the failure policy, which says so.
  private CommandResult applyInTime(String manifest) {
    long start = System.nanoTime();
    CommandResult result = namespace.apply(manifest);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.err.printf("kubectl apply took %d ms%n", took.toMillis());
    assertThat(result.stderr()).doesNotContain("failed calling webhook", "deadline exceeded");
    // Both webhooks are called, and kubectl itself takes a second on a machine that is busy.
    assertThat(took).isLessThan(webhookTimeout().plusSeconds(5));
    return result;
  }

  private Duration webhookTimeout() {
    String seconds =
        namespace
            .run(
                "get",
                "validatingwebhookconfiguration",
                "pullgate",
                "-o",
                "jsonpath={.webhooks[0].timeoutSeconds}")
            .stdoutOrThrow("kubectl get");
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  private static void assertWarned(CommandResult result, String rule, String detail) {
    assertAdmitted(result);
    assertThat(result.stderr())
        .contains("Warning: pullgate: container \"web\": ", " could not be checked, ", detail)
        .contains("[" + rule + "]; admitted");
  }
}
