package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.Credentials;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How soon the gate sees a change of a secret, and what that costs the API server.
final class SecretFreshnessIT extends GatedCluster {
  private static final Duration SEEN = Duration.ofSeconds(1);

  private final Credentials login = cluster.bed().privateRegistry().login().orElseThrow();

  private String privatePod(String name) {
    return pod(name, cluster.hidden() + "/team/app:2.0", "  imagePullSecrets: [{name: regcred}]\n");
  }

  @Test
  void seesEveryChangeOfASecretWithinASecond() throws InterruptedException {
    assertDenied(namespace.apply(privatePod("app")), "[pull-secret-missing]");

    namespace.createPullSecret(cluster.hidden(), login.username(), "wrong");
    Thread.sleep(SEEN);
    assertDenied(namespace.apply(privatePod("app")), "[pull-secret-rejected]");

    namespace.run("delete", "secret", "regcred").stdoutOrThrow("kubectl delete");
    namespace.createPullSecret(cluster.hidden(), login.username(), login.password());
    Thread.sleep(SEEN);
    assertAdmitted(namespace.apply(privatePod("app")));

    namespace.run("delete", "secret", "regcred").stdoutOrThrow("kubectl delete");
    Thread.sleep(SEEN);
    assertDenied(namespace.apply(privatePod("again")), "[pull-secret-missing]");
  }

  @Test
  void readsASecretOnceForPodsThatComeTogether() {
    namespace.createPullSecret(cluster.hidden(), login.username(), login.password());
    StringBuilder pods = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      pods.append("---\n").append(privatePod("app-" + i));
    }
    GateMetrics before = GateMetrics.of(gate);

    assertAdmitted(namespace.create(pods.toString()));

    GateMetrics after = GateMetrics.of(gate);
    double reviews = increase(before, after, "pullgate_admission_reviews_total");
    double reads = increase(before, after, "pullgate_cluster_reads_total");
    assertThat(reviews).isGreaterThanOrEqualTo(100);
    assertThat(reads).isBetween(1.0, reviews / 4);
  }

  @Test
  void readsNoSecretThatNoPodNames() {
    GateMetrics before = GateMetrics.of(gate);

    assertAdmitted(namespace.apply(pod("web", cluster.open() + "/shop/web:1.2.3")));

    assertThat(increase(before, GateMetrics.of(gate), "pullgate_cluster_reads_total")).isZero();
  }

  private static double increase(GateMetrics before, GateMetrics after, String name) {
    return after.sum(name) - before.sum(name);
  }
}
