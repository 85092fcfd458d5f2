package dev.pullgate.integration;

import dev.pullgate.testbed.Kubectl;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Nodes that a test makes, under a label of their own; no kubelet runs behind them. They have to
/// go with the test: other tests share the cluster.
final class NodePool implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Kubectl kubectl;
  private final String name = "pool-" + COUNT.incrementAndGet();
  private final List<String> nodes = new ArrayList<>();

  NodePool(ClusterBed cluster) {
    this.kubectl = cluster.bed().kubectl("admin");
  }

  /// Lines of a pod's spec that choose the nodes of this pool.
  String selector() {
    return "  nodeSelector: {pullgate.test/pool: " + name + "}\n";
  }

  /// Makes a node of Linux that reports what it holds.
  ///
  /// @return its name
  String add(String architecture, String... images) {
    String node = name + "-" + nodes.size();
    nodes.add(node);
    kubectl
        .runWithInput(
            """
            apiVersion: v1
            kind: Node
            metadata:
              name: %s
              labels: {pullgate.test/pool: %s, kubernetes.io/os: linux, kubernetes.io/arch: %s}
            """
                .formatted(node, name, architecture),
            "create",
            "-f",
            "-")
        .stdoutOrThrow("kubectl create node");
    report(node, architecture, images);
    return node;
  }

  /// What the kubelet would report of a node.
  void report(String node, String architecture, String... images) {
    String quoted = images.length == 0 ? "" : "\"" + String.join("\",\"", images) + "\"";
    kubectl
        .run(
            "patch",
            "node",
            node,
            "--subresource=status",
            "--type=merge",
            "-p",
            """
            {"status":{"nodeInfo":{"operatingSystem":"linux","architecture":"%s"},
            "images":[{"names":[%s]}]}}
            """
                .formatted(architecture, quoted))
        .stdoutOrThrow("kubectl patch node");
  }

  @Override
  public void close() {
    for (String node : nodes) {
      kubectl.run("delete", "node", node, "--wait=false").stdoutOrThrow("kubectl delete node");
    }
  }
}
