package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.PullgateServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/// Exceptions, and what a namespaced policy cannot do, on a real API server.
final class ExceptionIT {
  /// Longer than a gate takes to start on a busy machine.
  private static final Duration UNTIL_THE_END = Duration.ofSeconds(25);

  private final ClusterBed cluster = ClusterBed.get();

  @Test
  void anExceptionWorksUntilItExpires() throws Exception {
    UserNamespace shop = new UserNamespace(cluster);
    UserNamespace other = new UserNamespace(cluster);
    Instant expires = Instant.now().plus(UNTIL_THE_END).truncatedTo(ChronoUnit.SECONDS);
    String pod = pod("web", cluster.open() + "/shop/web:latest");
    try (PullgateServer gate =
        cluster.startGate("--policies", policies(shop, expires).toString())) {
      cluster.bed().openRegistry().push("shop/web:latest");

      CommandResult admitted = shop.apply(pod);
      assertAdmitted(admitted);
      assertThat(admitted.stderr())
          .contains(
              "its tag is not allowed [unpinned]; the exception old-shop from this rule ends at "
                  + expires
                  + ". Fix: "
                  + cluster.open()
                  + "/shop/web@sha256:");
      assertDenied(other.apply(pod), "[unpinned]");
      assertThat(Files.readString(gate.log()))
          .contains("the exception old-shop from unpinned of baseline ends at " + expires);

      Thread.sleep(Duration.between(Instant.now(), expires).plusMillis(100));
      assertDenied(shop.apply(pod.replace("name: web", "name: late")), "[unpinned]", "baseline");
    }
  }

  /// The namespaced policy by the name of the cluster policy excludes everything and only warns.
  private Path policies(UserNamespace shop, Instant expires) throws IOException {
    Path folder = Files.createDirectories(cluster.workspace().folder().resolve("exceptions"));
    Files.writeString(
        folder.resolve("exceptions.yaml"),
        """
        apiVersion: pullgate.dev/v1alpha1
        kind: ImagePolicyException
        metadata: {name: old-shop}
        spec:
          policies: [baseline]
          rules: [unpinned]
          match: {namespaces: [%s], images: ["%s/shop/**"]}
          reason: moves soon
          expires: %s
        ---
        apiVersion: pullgate.dev/v1alpha1
        kind: ImagePolicy
        metadata: {name: baseline, namespace: %s}
        spec:
          mode: Warn
          exclude: {images: ["**"]}
          pinning: {disallowedTags: [none]}
        """
            .formatted(shop.name(), cluster.open(), expires, shop.name()));
    return folder;
  }
}
