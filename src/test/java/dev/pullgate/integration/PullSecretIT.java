package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/// Private images and the secrets that pods bring.
final class PullSecretIT extends GatedCluster {
  private final Credentials login = cluster.bed().privateRegistry().login().orElseThrow();

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
