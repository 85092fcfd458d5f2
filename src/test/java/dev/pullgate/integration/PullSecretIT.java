package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Credentials;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Private images and the secrets that pods bring.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PullSecretIT {
  private final ClusterBed cluster = ClusterBed.get();
  private final Credentials login = cluster.bed().privateRegistry().login().orElseThrow();
  private final PullgateServer gate = cluster.startGate();

  private UserNamespace namespace = new UserNamespace(cluster);

  @BeforeEach
  void makeNamespace() {
    namespace = new UserNamespace(cluster);
  }

  @AfterAll
  void stop() {
    gate.close();
  }

  @Test
  void rejectsAPrivateImageUntilItsSecretIsThere() {
    String image = cluster.hidden() + "/team/app:2.0";
    assertDenied(
        namespace.apply(pod("app", image)),
        image + " is private, and the pod names no pull secret",
        "[pull-secret-required]",
        "kubectl create secret docker-registry NAME -n " + namespace.name());

    String secrets = "  imagePullSecrets: [{name: regcred}]\n";
    assertDenied(
        namespace.apply(pod("app", image, secrets)),
        "pull secret \"regcred\" does not exist in namespace \"" + namespace.name() + "\"",
        "[pull-secret-missing]");

    namespace.createPullSecret(cluster.hidden(), login.username(), login.password());
    assertAdmitted(namespace.apply(pod("app", image, secrets)));
  }

  @Test
  void rejectsAPasswordThatTheRegistryRefusesAndNeverShowsIt() throws IOException {
    namespace.createPullSecret(cluster.hidden(), login.username(), "not-the-password");

    CommandResult result =
        namespace.apply(
            pod(
                "app",
                cluster.hidden() + "/team/app:2.0",
                "  imagePullSecrets: [{name: regcred}]\n"));

    assertDenied(result, "[pull-secret-rejected]", "with the credentials of secret \"regcred\"");
    assertThat(result.stderr()).doesNotContain("not-the-password");
    assertThat(Files.readString(gate.log())).doesNotContain("not-the-password");
  }

  @Test
  void takesTheSecretThatTheServiceAccountGivesThePod() {
    namespace.createPullSecret(cluster.hidden(), login.username(), login.password());
    namespace
        .run(
            "patch",
            "serviceaccount",
            "default",
            "-p",
            "{\"imagePullSecrets\": [{\"name\": \"regcred\"}]}")
        .stdoutOrThrow("kubectl patch");

    assertAdmitted(namespace.apply(pod("app", cluster.hidden() + "/team/app:2.0")));
  }
}
