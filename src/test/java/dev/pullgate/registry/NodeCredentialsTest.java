package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.credential.Credential;
import dev.pullgate.credential.CredentialSource;
import dev.pullgate.credential.PullSecret;
import dev.pullgate.image.Digest;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.MediaType;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.KeyringSource;
import dev.pullgate.testbed.ScriptedServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The login of the nodes, in front of a registry with a password on a real socket.
final class NodeCredentialsTest {
  private static final String BASIC_OF_NODE = "Basic bm9kZTpyaWdodA==";

  private final ScriptedServer server =
      ScriptedServer.http((request, client) -> {
        Optional<String> sent = request.header("authorization");
        (sent.equals(Optional.of(BASIC_OF_NODE))
                ? ScriptedServer.manifest()
                : ScriptedServer.status(401, "WWW-Authenticate: Basic realm=\"r\""))
            .answer(request, client);
      });
  private final RegistrySettings settings =
      new RegistrySettings(
          server.host(), true, List.of(), true, null, Duration.ofMinutes(1), "node-login", 50, 16);
  private final AskingClient client = new AskingClient(settings);
  private final AtomicReference<PullSecret> secret =
      new AtomicReference<>(
          new PullSecret.Usable(
              "node-login", List.of(new PullSecret.Entry(server.host(), "node", "right"))));
  private final List<String> reads = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final NodeCredentials resolver =
      new NodeCredentials(client.resolver(), source(), "pullgate-system", meters);

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private KeyringSource source() {
    return new KeyringSource() {
      @Override
      public List<PullSecret> pullSecrets(String namespace, List<String> names, Deadline deadline) {
        reads.add(namespace + " " + names);
        return List.of(secret.get());
      }

      @Override
      public List<PullSecret> serviceAccountPullSecrets(
          String namespace, String serviceAccount, Deadline deadline) {
        throw new AssertionError("nobody asked for a ServiceAccount");
      }
    };
  }

  private Resolution ask(String image, Credential... ofPod) {
    return resolver.resolve(
        ImageReference.parseIfValid(server.host() + image).orElseThrow(),
        List.of(ofPod),
        settings,
        Deadline.after(InstantSource.system(), Duration.ofMinutes(1)));
  }

  private Resolution found(CredentialSource... sent) {
    return new Resolution.Found(
        server.host(),
        Digest.parse(ScriptedServer.DIGEST).orElseThrow(),
        MediaType.OCI_MANIFEST,
        new Access(List.of(sent)));
  }

  private CredentialSource ofNodes() {
    return new CredentialSource("pullgate-system/node-login", server.host());
  }

  @Test
  void asksWithTheLoginOfTheNodes() {
    assertThat(ask("/team/app:1")).isEqualTo(found(ofNodes()));
    assertThat(reads).containsExactly("pullgate-system [node-login]");
    assertThat(ofNodes().ofNodes()).isTrue();
  }

  @Test
  void asksWithTheLoginOfThePodFirst() {
    Credential ofPod = login("regcred", "jane", "stale");
    assertThat(ask("/team/app:1", ofPod)).isEqualTo(found(ofPod.source(), ofNodes()));
    assertThat(ofPod.source().ofNodes()).isFalse();
  }

  @Test
  void goesByTheSecretAsItIsNow() {
    secret.set(
        new PullSecret.Usable(
            "node-login", List.of(new PullSecret.Entry(server.host(), "node", "wrong"))));
    assertThat(ask("/team/app:1"))
        .isEqualTo(new Resolution.Refused(server.host(), 401, new Access(List.of(ofNodes()))));
    secret.set(
        new PullSecret.Usable(
            "node-login", List.of(new PullSecret.Entry(server.host(), "node", "right"))));

    assertThat(ask("/team/app:1")).isEqualTo(found(ofNodes()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "passed over", "malformed", "unknown"})
  void provesNothingWithoutThem(String kind) {
    secret.set(
        switch (kind) {
          case "missing" -> new PullSecret.Missing("node-login");
          case "passed over" -> new PullSecret.PassedOver("node-login", "its type is Opaque");
          case "malformed" -> new PullSecret.Malformed("node-login", "it is no JSON");
          default -> new PullSecret.Unknown("node-login", "there is no cluster to ask");
        });

    assertThat(ask("/team/app:1")).isInstanceOf(Resolution.Refused.class);
    assertThat(((Resolution.Refused) ask("/team/app:1")).unproven(settings)).isTrue();
    assertThat(
            meters
                .counter("pullgate.registry.credentials.unusable", "registry", server.host())
                .count())
        .isEqualTo(2);
  }

  @Test
  void leavesOtherRegistriesAlone() {
    RegistrySettings others = AskingClient.plain(server.host());
    resolver.resolve(
        ImageReference.parseIfValid(server.host() + "/team/app:1").orElseThrow(),
        List.of(),
        others,
        Deadline.after(InstantSource.system(), Duration.ofMinutes(1)));
    assertThat(reads).isEmpty();
  }
}
