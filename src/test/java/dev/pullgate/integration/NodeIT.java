package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.CommandResult;
import org.junit.jupiter.api.Test;

/// What the nodes of a real cluster report, as the gate sees it.
final class NodeIT extends GatedCluster {
  @Test
  void warnsOfAMissingImageThatEveryNodeHolds() {
    String image = cluster.open() + "/shop/loaded:1";
    try (NodePool pool = new NodePool(cluster)) {
      String first = pool.add("amd64", image);
      String second = pool.add("amd64", image);
      String spec = pool.selector();

      await("both nodes", () -> dryRun(image, "IfNotPresent", spec).succeeded());
      CommandResult held = dryRun(image, "IfNotPresent", spec);
      assertAdmitted(held);
      assertThat(held.stderr())
          .contains(
              "Warning: pullgate: container \"web\": " + image + " does not exist",
              "every node that the pod may use has the image already",
              "[not-found]; admitted");
      assertDenied(dryRun(image, "Always", spec), "[not-found]");

      // One node reports it no longer.
      pool.report(second, "amd64", cluster.open() + "/shop/other:1");
      await("the change", () -> !dryRun(image, "IfNotPresent", spec).succeeded());
      assertDenied(dryRun(image, "IfNotPresent", spec), "[not-found]");
      assertAdmitted(dryRun(image, "IfNotPresent", "  nodeName: " + first + "\n"));
    }
    // With the nodes gone, nobody holds it.
    await(
        "the nodes' end",
        () -> !dryRun(image, "IfNotPresent", "  nodeSelector: {a: b}\n").succeeded());
  }

  private CommandResult dryRun(String image, String pullPolicy, String spec) {
    return namespace.apply(podOf(image, pullPolicy, spec), "--dry-run=server");
  }

  static String podOf(String image, String pullPolicy, String spec) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
    spec:
    %s  containers:
      - name: web
        image: %s
        imagePullPolicy: %s
    """
        .formatted(spec, image, pullPolicy);
  }
}
