package dev.pullgate.testbed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// `make bench`: start to ready, memory, and what the two webhooks add to a server-side dry run.
/// The calls with and without webhooks are made in turn, so that both see the same machine.
public final class Bench {
  private static final int STARTS = 5;
  private static final int WARM_UP = 100;
  private static final int PAIRS = 500;

  private final TestBed bed;
  private final Creations creations;

  private Bench(TestBed bed, Creations creations) {
    this.bed = bed;
    this.creations = creations;
  }

  /// Measures once and ends.
  public static void main(String[] arguments) {
    Progress progress = Progress.onStderr();
    try (TestBed bed = TestBed.start(progress);
        Workspace workspace = Workspace.open("pullgate-bench-")) {
      bed.openRegistry().push("shop/web:1.2.3");
      bed.openRegistry().push(BedPolicies.HUB_PATH + "/library/nginx:1.27");
      List<Path> policies = BedPolicies.write(workspace.folder().resolve("policies"), bed);
      try (Creations creations = Creations.at(bed.controlPlane(), workspace)) {
        new Bench(bed, creations).measure(workspace, policies, progress);
      }
      CostBench cost = new CostBench(bed, workspace, progress);
      cost.measureRequests();
      cost.measureUnseen();
    } catch (TestBedException | IOException e) {
      System.err.println("make bench: " + e.getMessage());
      System.exit(1);
    }
    System.exit(0);
  }

  private void measure(Workspace workspace, List<Path> policies, Progress progress) {
    double[] starts = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      try (PullgateServer gate = serve(workspace, "start-" + i, policies)) {
        starts[i] = gate.startToReady().toMillis();
      }
    }
    print("start to ready, with a cluster", starts, "ms");
    try (PullgateServer gate = serve(workspace, "gate", policies)) {
      System.out.printf("%-46s %8d MiB%n", "memory (RSS) when ready", mebibytes(gate));
      prepareNamespaces();
      String exists = bed.openRegistry().host() + "/shop/web:1.2.3";
      progress.run(
          "Dry-run creates of a pod", () -> compare("pod with an image that exists", exists));
      progress.run(
          "Dry-run creates of a mirrored pod",
          () -> compare("pod that is rewritten to the mirror", "nginx:1.27"));
      printInside(gate);
      System.out.printf(
          "%-46s %8d MiB%n",
          "memory (RSS) after " + 4 * (PAIRS + WARM_UP) + " reviews", mebibytes(gate));
    }
  }

  private PullgateServer serve(Workspace workspace, String name, List<Path> policies) {
    return PullgateServer.forCluster(workspace, name, bed.controlPlane().kubeconfig(), policies);
  }

  /// The gate's own clock, and the proof that it was the one who was asked.
  private void printInside(PullgateServer gate) {
    String metrics = creations.metrics(gate);
    for (String webhook : List.of("mutate", "validate")) {
      String series = "pullgate_admission_review_duration_seconds_%s{webhook=\"" + webhook + "\"}";
      double count = metric(metrics, series.formatted("count"));
      if (count < 2 * (PAIRS + WARM_UP)) {
        throw new TestBedException("the gate saw only " + count + " reviews: nothing was measured");
      }
      System.out.printf(
          Locale.ROOT,
          "%-46s mean   %8.2f ms   of %.0f reviews%n",
          "inside the gate, /" + webhook,
          metric(metrics, series.formatted("sum")) / count * 1000,
          count);
    }
  }

  private static double metric(String metrics, String series) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length()).strip()))
        .sum();
  }

  private static long mebibytes(PullgateServer gate) {
    return gate.residentBytes() >> 20;
  }

  private void prepareNamespaces() {
    Kubectl kubectl = bed.kubectl("admin");
    Creations.prepare(kubectl, "gated");
    Creations.prepare(kubectl, "ungated");
    kubectl
        .run("label", "namespace", "ungated", "pullgate.dev/enforcement=disabled")
        .stdoutOrThrow("kubectl label");
  }

  private void compare(String what, String image) {
    for (int i = 0; i < WARM_UP; i++) {
      creations.create("gated", image);
      creations.create("ungated", image);
    }
    double[] with = new double[PAIRS];
    double[] without = new double[PAIRS];
    double[] added = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      with[i] = creations.create("gated", image);
      without[i] = creations.create("ungated", image);
      added[i] = with[i] - without[i];
    }
    System.out.println("dry-run create, " + what + ", " + PAIRS + " pairs in turn");
    print("  with both webhooks", with, "ms");
    print("  without", without, "ms");
    print("  added, pair by pair", added, "ms");
  }

  private static void print(String what, double[] values, String unit) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%-46s median %8.2f %s   min %.2f   p95 %.2f   max %.2f%n",
        what,
        sorted[sorted.length / 2],
        unit,
        sorted[0],
        sorted[(int) (sorted.length * 0.95)],
        sorted[sorted.length - 1]);
  }
}
