package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.BedPolicies;
import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.OciRegistry;
import dev.pullgate.testbed.Progress;
import dev.pullgate.testbed.PullgateServer;
import dev.pullgate.testbed.Tools;
import dev.pullgate.testbed.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// A registry that goes down after it was asked, in front of a real API server.
final class RememberedAnswerIT {
  private final ClusterBed cluster = ClusterBed.get();

  @Test
  void servesWhileTheRegistryIsDown() throws Exception {
    try (Workspace workspace = Workspace.open("pullgate-remembered-")) {
      OciRegistry registry =
          OciRegistry.open(Tools.registry(Progress.onStderr()), workspace, "stopped");
      registry.push("shop/asked:1.0");
      registry.push("shop/unasked:1.0");
      Path file =
          Files.writeString(
              workspace.folder().resolve("stopped.yaml"),
              BedPolicies.registry("stopped", registry.host(), ""));
      try (PullgateServer _ = cluster.startGate("--policies", file.toString())) {
        UserNamespace namespace = new UserNamespace(cluster);
        assertAdmitted(namespace.apply(pod("before", registry.host() + "/shop/asked:1.0")));
        registry.stop();

        CommandResult asked = namespace.apply(pod("asked", registry.host() + "/shop/asked:1.0"));
        CommandResult unasked =
            namespace.apply(pod("unasked", registry.host() + "/shop/unasked:1.0"));

        assertAdmitted(asked);
        assertThat(asked.stderr()).isEmpty();
        assertAdmitted(unasked);
        assertThat(unasked.stderr()).contains("[unreachable]; admitted");
      }
    }
  }
}
