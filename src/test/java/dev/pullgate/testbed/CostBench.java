package dev.pullgate.testbed;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// What admissions cost the registries, and what many unseen images cost one pod.
final class CostBench {
  private static final int PODS = 1000;
  private static final int IMAGES = 50;
  private static final int INDEXES = 10;
  private static final int WARM = 1000;
  private static final int WARM_UP = 2000;
  private static final int UNSEEN = 10;
  private static final int ROUNDS = 7;
  private static final long DISTANT_MILLIS = 100;
  private static final Credentials PUSHER = new Credentials("pusher", Secrets.random());
  private static final Credentials TENANT = new Credentials("tenant", Secrets.random());

  private final TestBed bed;
  private final Workspace workspace;
  private final Progress progress;

  CostBench(TestBed bed, Workspace workspace, Progress progress) {
    this.bed = bed;
    this.workspace = workspace;
    this.progress = progress;
  }

  /// Prints what a roll-out costs a registry with tokens, and fails where it is more than promised.
  void measureRequests() throws IOException {
    LoopbackTls tls = LoopbackTls.make(workspace, "cost-tls");
    TokenIssuer issuer = TokenIssuer.start(workspace, tls);
    issuer.permit(PUSHER, "*", "pull", "push");
    issuer.permit(TENANT, "*", "pull");
    OciRegistry registry =
        OciRegistry.token(Tools.registry(progress), workspace, "cost-registry", issuer, PUSHER);
    List<String> images =
        progress.step("Pushing " + IMAGES + " images", ", about 15 s", () -> push(registry));
    Path policies = policies(registry.host(), issuer.host(), tls);
    prepareTenant(registry.host());
    int requestsBefore = registry.requests().size();
    int tokensBefore = issuer.requests().size();
    try (PullgateServer gate =
            PullgateServer.forCluster(
                workspace, "cost-gate", bed.controlPlane().kubeconfig(), List.of(policies));
        Creations creations = Creations.at(bed.controlPlane(), workspace)) {
      progress.run(
          PODS + " pods of " + IMAGES + " images",
          () ->
              IntStream.range(0, PODS)
                  .forEach(i -> creations.create("cost", images.get(i % IMAGES))));
      printWarm(gate, creations, images);
    }
    List<String> requests = registry.requests();
    printRequests(
        requests.subList(requestsBefore, requests.size()), issuer.requests().size() - tokensBefore);
  }

  /// What the gate's own histogram says of reviews whose answers it has, all rules on.
  private static void printWarm(PullgateServer gate, Creations creations, List<String> images) {
    createThree(creations, images, WARM_UP);
    String before = creations.metrics(gate);
    createThree(creations, images, WARM);
    String after = creations.metrics(gate);
    for (String webhook : List.of("mutate", "validate")) {
      double all = reviews(after, webhook, "le=\"+Inf\"") - reviews(before, webhook, "le=\"+Inf\"");
      double within =
          reviews(after, webhook, "le=\"0.001\"") - reviews(before, webhook, "le=\"0.001\"");
      double mean =
          (reviews(after, webhook, "_seconds_sum") - reviews(before, webhook, "_seconds_sum"))
              / all;
      if (all < WARM) {
        throw new TestBedException("the gate saw only " + all + " reviews: nothing was measured");
      }
      System.out.printf(
          Locale.ROOT,
          "warm review of a pod with three containers, /%s: %.0f %% within 1 ms, mean %.2f ms, of"
              + " %.0f%n",
          webhook,
          within / all * 100,
          mean * 1000,
          all);
    }
  }

  private static void createThree(Creations creations, List<String> images, int pods) {
    for (int i = 0; i < pods; i++) {
      creations.create(
          "cost",
          images.get(i % IMAGES),
          images.get((i + 1) % IMAGES),
          images.get((i + 2) % IMAGES));
    }
  }

  /// One series of the histogram.
  private static double reviews(String metrics, String webhook, String part) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("pullgate_admission_review_duration_seconds"))
        .filter(line -> line.contains("webhook=\"" + webhook + "\"") && line.contains(part))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static List<String> push(OciRegistry registry) {
    List<String> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      String name = "team/app-" + i / 2 + ":1." + i;
      if (i < INDEXES) {
        registry.pushIndex(name, "linux/amd64", "linux/arm64");
      } else {
        registry.push(name);
      }
      images.add(registry.host() + "/" + name);
    }
    return images;
  }

  private static void printRequests(List<String> requests, int tokens) {
    long heads = requests.stream().filter(it -> it.matches("HEAD .* 200")).count();
    long challenges = requests.stream().filter(it -> it.endsWith(" 401")).count();
    long gets = requests.stream().filter(it -> it.matches("GET .*/manifests/.* 200")).count();
    System.out.printf(
        Locale.ROOT,
        "%d pods of %d images (%d of them indexes), a login and a token issuer:%n"
            + "  authorised HEADs %d   challenges %d   tokens %d   GETs of an index %d%n",
        PODS,
        IMAGES,
        INDEXES,
        heads,
        challenges,
        tokens,
        gets);
    if (heads == 0
        || heads > IMAGES
        || gets > INDEXES
        || requests.size() > heads + challenges + gets) {
      throw new TestBedException("that is not what was promised: " + requests.size() + " requests");
    }
  }

  /// Prints how long pods take whose images nobody has seen, one and ten of them, in turn.
  void measureUnseen() throws IOException {
    HttpServer distant = distantRegistry();
    try {
      String host = "127.0.0.1:" + distant.getAddress().getPort();
      Path policies = workspace.folder().resolve("distant-policies");
      Files.createDirectories(policies);
      Files.writeString(
          policies.resolve("policy.yaml"), policy() + registry("distant", host, "HTTP"));
      Creations.prepare(bed.kubectl("admin"), "unseen");
      try (PullgateServer _ =
              PullgateServer.forCluster(
                  workspace, "unseen-gate", bed.controlPlane().kubeconfig(), List.of(policies));
          Creations creations = Creations.at(bed.controlPlane(), workspace)) {
        printUnseen(host, creations);
      }
    } finally {
      distant.stop(0);
    }
  }

  private static void printUnseen(String host, Creations creations) {
    double[] one = new double[ROUNDS];
    double[] ten = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      String prefix = host + "/unseen/round" + round;
      double first = creations.create("unseen", prefix + ":alone");
      double second =
          creations.create(
              "unseen",
              IntStream.range(0, UNSEEN)
                  .mapToObj(i -> prefix + "-" + i + ":1.0")
                  .toArray(String[]::new));
      // The first round opens the connections of both.
      if (round >= 0) {
        one[round] = first;
        ten[round] = second;
      }
    }
    Arrays.sort(one);
    Arrays.sort(ten);
    System.out.printf(
        Locale.ROOT,
        "pod with unseen images, a registry %d ms away:%n"
            + "  one image %.0f ms   %d images %.0f ms   ratio %.2f   (medians of %d)%n",
        DISTANT_MILLIS,
        one[ROUNDS / 2],
        UNSEEN,
        ten[ROUNDS / 2],
        ten[ROUNDS / 2] / one[ROUNDS / 2],
        ROUNDS);
  }

  /// Has every image, and takes its time.
  private static HttpServer distantRegistry() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/v2/",
        exchange -> {
          try {
            Thread.sleep(DISTANT_MILLIS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange
              .getResponseHeaders()
              .set("Content-Type", "application/vnd.oci.image.manifest.v1+json");
          exchange.getResponseHeaders().set("Docker-Content-Digest", "sha256:" + "5".repeat(64));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private Path policies(String registry, String issuer, LoopbackTls tls) throws IOException {
    Path folder = workspace.folder().resolve("cost-policies");
    Files.createDirectories(folder);
    String bundle = "  caBundle: |\n" + Files.readString(tls.authorityFile()).indent(4);
    Files.writeString(
        folder.resolve("policy.yaml"),
        policy()
            + registry("registry", registry, "HTTPS")
            + bundle
            + registry("issuer", issuer, "HTTPS")
            + bundle);
    return folder;
  }

  private static String policy() {
    return """
    apiVersion: pullgate.dev/v1alpha1
    kind: ClusterImagePolicy
    metadata:
      name: everything
    spec:
      pinning: {}
      registries:
        deny: [bad.example.com]
      resolution: {platforms: [linux/amd64]}
      pullSecrets: {}
    """;
  }

  private static String registry(String name, String host, String scheme) {
    return """
    ---
    apiVersion: pullgate.dev/v1alpha1
    kind: Registry
    metadata:
      name: %s
    spec:
      host: %s
      scheme: %s
    """
        .formatted(name, host, scheme);
  }

  private void prepareTenant(String host) {
    Kubectl kubectl = bed.kubectl("admin");
    Creations.prepare(kubectl, "cost");
    String login = TENANT.username() + ":" + TENANT.password();
    String config =
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
            .formatted(
                host, Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    kubectl
        .runWithInput(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: registry, namespace: cost}
            type: kubernetes.io/dockerconfigjson
            stringData:
              .dockerconfigjson: '%s'
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: default, namespace: cost}
            imagePullSecrets: [{name: registry}]
            """
                .formatted(config),
            "apply",
            "--server-side",
            "-f",
            "-")
        .stdoutOrThrow("kubectl apply");
  }
}
