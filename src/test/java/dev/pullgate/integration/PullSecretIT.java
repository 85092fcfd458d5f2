package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
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

  private static final String NAMED = "  imagePullSecrets: [{name: regcred}]\n";
  private static final String BOTH = "  imagePullSecrets: [{name: other}, {name: regcred}]\n";

  private String image() {
    return cluster.hidden() + "/team/app:2.0";
  }

  @Test
  void isRepairedByTheLinesOfTheMessageWhereNoSecretIsNamed() {
    CommandResult denied = namespace.apply(pod("app", image()));

    assertDenied(
        denied,
        image() + " is private, and the pod names no pull secret",
        "[pull-secret-required]",
        cluster.hidden() + " refused anonymous access (401).",
        "Fix: create a secret, and name it under imagePullSecrets of the pod or of its",
        "kubectl create secret docker-registry NAME -n "
            + namespace.name()
            + " --docker-server="
            + cluster.hidden(),
        "About this rule: docs/rules/pull-secret-required.md");

    runCommandOf(denied);
    assertPulls(pod("app", image(), "  imagePullSecrets: [{name: login}]\n"));
  }

  @Test
  void isRepairedByTheLinesOfTheMessageWhereTheSecretIsMissing() {
    CommandResult denied = namespace.apply(pod("app", image(), NAMED));

    assertDenied(
        denied,
        "pull secret \"regcred\" does not exist in namespace \"" + namespace.name() + "\"",
        "[pull-secret-missing]",
        "kubectl create secret docker-registry regcred -n " + namespace.name());

    runCommandOf(denied);
    assertPulls(pod("app", image(), NAMED));
  }

  @Test
  void isRepairedByTheLinesOfTheMessageWhereTheSecretHasTheWrongType() {
    namespace
        .run("create", "secret", "generic", "regcred", "--from-literal=password=hunter2")
        .stdoutOrThrow("kubectl create secret");

    CommandResult denied = namespace.apply(pod("app", image(), NAMED));

    assertDenied(
        denied,
        "pull secret \"regcred\" cannot be used",
        "[pull-secret-invalid]",
        "its type is Opaque, not kubernetes.io/dockerconfigjson, so it is ignored.",
        "Fix: create one of the right type, and name it in its place:",
        "kubectl create secret docker-registry NAME -n " + namespace.name());
    assertThat(denied.stderr()).doesNotContain("hunter2", "kubectl delete");

    runCommandOf(denied);
    assertPulls(pod("app", image(), "  imagePullSecrets: [{name: login}]\n"));
  }

  @Test
  void isRepairedByTheLinesOfTheMessageWhereTheKeyDoesNotMatch() {
    namespace.createPullSecret("127.0.0.1", login.username(), login.password());

    CommandResult denied = namespace.apply(pod("app", image(), NAMED));

    assertDenied(
        denied,
        "no key of pull secret \"regcred\" matches " + cluster.hidden() + "/team/app",
        "[pull-secret-unmatched]",
        "kubectl delete secret regcred -n " + namespace.name() + " && kubectl create secret",
        "key 127.0.0.1 has no port, and the image has " + cluster.hidden().split(":", 2)[1],
        "Fix: the key has to be " + cluster.hidden() + ":");

    runCommandOf(denied);
    assertPulls(pod("app", image(), NAMED));
  }

  @Test
  void rejectsAMalformedSecretBesideAGoodOneWithoutShowingIt() {
    namespace.createPullSecret(cluster.hidden(), login.username(), login.password());
    namespace
        .apply(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: other}
            type: kubernetes.io/dockerconfigjson
            stringData:
              .dockerconfigjson: '{"auths":{"quay.io":{"auth":"hunter2!"}}}'
            """)
        .stdoutOrThrow("kubectl apply");

    CommandResult denied = namespace.apply(pod("app", image(), BOTH));

    assertDenied(
        denied,
        "pull secret \"other\" is malformed, so no image of this pod can be pulled",
        "[pull-secret-invalid]",
        "auth of quay.io is no valid base64.",
        "kubectl create secret docker-registry other -n " + namespace.name());
    assertThat(denied.stderr()).doesNotContain("hunter2");
  }

  @Test
  void admitsAStaleSecretBesideAGoodOne() {
    namespace.createPullSecret(cluster.hidden(), login.username(), login.password());
    namespace
        .run(
            "create",
            "secret",
            "docker-registry",
            "other",
            "--docker-server=" + cluster.hidden(),
            "--docker-username=" + login.username(),
            "--docker-password=stale")
        .stdoutOrThrow("kubectl create secret");

    assertPulls(pod("app", image(), BOTH));
  }

  @Test
  void admitsTheRightSecretWithoutAWord() {
    namespace.createPullSecret(cluster.hidden(), login.username(), login.password());

    assertPulls(pod("app", image(), NAMED));
  }

  /// Runs the command that a message gives, with the login of the registry filled in.
  private void runCommandOf(CommandResult denied) {
    String line =
        denied
            .stderr()
            .lines()
            .map(String::strip)
            .filter(text -> text.startsWith("kubectl "))
            .findFirst()
            .orElseThrow();
    for (String command : line.split(" && ", -1)) {
      String filled =
          command
              .replace(" NAME ", " login ")
              .replace("=USER", "=" + login.username())
              .replace("=PASSWORD", "=" + login.password());
      String[] arguments = filled.substring("kubectl ".length()).split(" ", -1);
      namespace.run(arguments).stdoutOrThrow(command);
    }
  }

  private void assertPulls(String pod) {
    await("the secret", () -> namespace.apply(pod, "--dry-run=server").succeeded());
    CommandResult admitted = namespace.apply(pod);
    assertAdmitted(admitted);
    assertThat(admitted.stderr()).isEmpty();
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

    assertDenied(
        result,
        "[pull-secret-rejected]",
        "with the credentials of secret \"regcred\"",
        "give the account the right to pull team/app, or renew the password:",
        "kubectl create secret docker-registry regcred -n " + namespace.name());
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
