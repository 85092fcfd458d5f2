package dev.pullgate.integration;

import dev.pullgate.testbed.BedPolicies;
import dev.pullgate.testbed.Progress;
import dev.pullgate.testbed.PullgateServer;
import dev.pullgate.testbed.TestBed;
import dev.pullgate.testbed.ToolsMissingException;
import dev.pullgate.testbed.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// One real cluster with registries for all integration tests of a run; it ends with the JVM.
final class ClusterBed {
  private static final AtomicInteger GATES = new AtomicInteger();
  private static final AtomicBoolean SAID = new AtomicBoolean();
  private static @Nullable ClusterBed shared;

  private final TestBed bed;
  private final Workspace workspace;
  private final List<Path> policies;

  private ClusterBed(TestBed bed) {
    this.bed = bed;
    this.workspace = Workspace.open("pullgate-it-");
    this.policies = BedPolicies.write(workspace.folder().resolve("policies"), bed);
    bed.openRegistry().push("shop/web:1.2.3");
    bed.openRegistry().push("shop/web:1.2.5");
    bed.openRegistry().push("dockerhub/library/nginx:1.27");
    bed.openRegistry().push("library/redis:8");
    bed.privateRegistry().push("team/app:2.0");
  }

  /// The cluster, started at the first call. Where a tool is missing the test is skipped with one
  /// line, and in CI it fails.
  static synchronized ClusterBed get() {
    ClusterBed present = shared;
    if (present == null) {
      try {
        present = new ClusterBed(TestBed.start(Progress.onStderr()));
      } catch (ToolsMissingException e) {
        if ("true".equals(System.getenv("CI"))) {
          throw e;
        }
        if (SAID.compareAndSet(false, true)) {
          System.err.println("SKIPPED, tests on a real API server: " + e.getMessage());
        }
        throw Assumptions.<AssertionError>abort(e.getMessage());
      }
      shared = present;
    }
    return present;
  }

  /// Starts a gate in front of the cluster, with the baseline and a mirror of Docker Hub.
  PullgateServer startGate(String... more) {
    return startGate(bed.controlPlane().kubeconfig(), more);
  }

  /// The same with the rights of another kubeconfig.
  PullgateServer startGate(Path kubeconfig, String... more) {
    return PullgateServer.forCluster(
        workspace, "gate-" + GATES.incrementAndGet(), kubeconfig, policies, more);
  }

  TestBed bed() {
    return bed;
  }

  Workspace workspace() {
    return workspace;
  }

  /// Files and folders with the policies of the gates.
  List<Path> policies() {
    return policies;
  }

  /// The host of the open registry.
  String open() {
    return bed.openRegistry().host();
  }

  /// The host of the registry with a login.
  String hidden() {
    return bed.privateRegistry().host();
  }
}
