package dev.pullgate.testbed;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// `make demo`: a real API server, the gate in front of it, and what a user of kubectl then sees.
/// Stays up until Ctrl-C.
public final class Demo {
  private static final String SHOWN =
      "\\s*(kind|name|image|pinning|resolution|policies|rules|match|expires):.*|.*imagePullSecrets.*";
  private static final String NAMESPACE = "demo";

  private final TestBed bed;
  private final Kubectl kubectl;

  private Demo(TestBed bed) {
    this.bed = bed;
    this.kubectl = bed.kubectl("admin");
  }

  /// Runs until it is stopped.
  public static void main(String[] arguments) throws InterruptedException {
    Progress progress = Progress.onStderr();
    Workspace.announceStop(progress);
    try {
      say("Starting a real Kubernetes API server and two registries on this machine.");
      TestBed bed = TestBed.start(progress);
      progress.run("Pushing sample images", () -> push(bed));
      Workspace workspace = Workspace.open("pullgate-demo-");
      Path policies = workspace.folder().resolve("policies");
      say("Installing the gate: pullgate serve --policies policies --webhook-url …");
      PullgateServer gate =
          PullgateServer.forCluster(
              workspace, "gate", bed.controlPlane().kubeconfig(), BedPolicies.write(policies, bed));
      say(
          "Ready after %.1f s: both webhooks are registered. Policies: policies/baseline.yaml, and a"
                  .formatted(gate.startToReady().toMillis() / 1000.0)
              + " mirror of docker.io at "
              + bed.openRegistry().host()
              + "/"
              + BedPolicies.HUB_PATH);
      Demo demo = new Demo(bed);
      demo.prepare();
      demo.show();
      demo.showProof();
      demo.showPolicies();
      demo.howToGoOn(gate, policies);
    } catch (TestBedException e) {
      if (!Workspace.jvmEnds()) {
        System.err.println("make demo: " + e.getMessage());
      }
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static void push(TestBed bed) {
    bed.openRegistry().push("shop/web:1.2.3");
    bed.openRegistry().push("shop/web:1.2.5");
    bed.openRegistry().push(BedPolicies.HUB_PATH + "/library/nginx:1.27");
    bed.openRegistry().push(BedPolicies.HUB_PATH + "/library/busybox:latest");
    bed.privateRegistry().push("team/app:2.0");
  }

  private void prepare() {
    kubectl.run("create", "namespace", NAMESPACE).stdoutOrThrow("kubectl create namespace");
    kubectl
        .run("wait", "--for=create", "serviceaccount/default", "-n", NAMESPACE)
        .stdoutOrThrow("kubectl wait");
  }

  private void show() {
    String open = bed.openRegistry().host();
    String hidden = bed.privateRegistry().host();
    step("The published scenario: a pod with the image non-existent-image.");
    apply(pod("broken", "non-existent-image"));
    step("Its published fix, the image busybox: without a tag too, so it can change any day.");
    apply(pod("fixed", "busybox"));
    step("A tag that does not exist in the registry " + open + ".");
    apply(pod("web", open + "/shop/web:1.2.4"));
    step("A private image, and the pod names no secret.");
    apply(pod("app", hidden + "/team/app:2.0"));
    step("The same with a secret that works.");
    Credentials login = bed.privateRegistry().login().orElseThrow();
    kubectl(
        Optional.of("kubectl create secret docker-registry regcred -n demo --docker-server=…"),
        "",
        "create",
        "secret",
        "docker-registry",
        "regcred",
        "-n",
        NAMESPACE,
        "--docker-server=" + hidden,
        "--docker-username=" + login.username(),
        "--docker-password=" + login.password());
    apply(
        pod("app", hidden + "/team/app:2.0")
            .replace("spec:\n", "spec:\n  imagePullSecrets: [{name: regcred}]\n"));
    step("nginx:1.27 of Docker Hub is rewritten to the mirror.");
    apply(pod("nginx", "nginx:1.27"));
    images("pod/nginx", "{.spec.containers[*].image}");
    kubectl(
        Optional.of("kubectl get pod/nginx -n demo -o jsonpath=…original-images"),
        "",
        "get",
        "pod/nginx",
        "-n",
        NAMESPACE,
        "-o",
        "jsonpath={.metadata.annotations.pullgate\\.dev/original-images}{\"\\n\"}");
    step("A Deployment is left as Git has it, and its pods are rewritten.");
    apply(deployment());
    images("deployment/web", "{.spec.template.spec.containers[*].image}");
    kubectl
        .run("wait", "--for=create", "pod", "-l", "app=web", "-n", NAMESPACE, "--timeout=30s")
        .stdoutOrThrow("kubectl wait");
    images("pods", "{.items[?(@.metadata.labels.app==\"web\")].spec.containers[*].image}");
  }

  private void showProof() {
    step("A registry that limits pulls proves nothing: admitted, with a warning.");
    apply(pod("limited", bed.misbehavingRegistry().image(MisbehavingRegistry.Behaviour.LIMITED)));
    step("An image that is built for another platform than the policy asks for.");
    bed.openRegistry().pushIndex("shop/arm:1.0", "linux/arm64");
    apply(policy("amd64", "resolution: {platforms: [linux/amd64]}"));
    awaitAccepted("clusterimagepolicy/amd64");
    apply(pod("arm", bed.openRegistry().host() + "/shop/arm:1.0"));
  }

  private void showPolicies() {
    step("A policy is a custom resource too, and holds at once: from now on digests only.");
    apply(policy("digests-only", "pinning: {require: Digest}"));
    awaitAccepted("clusterimagepolicy/digests-only");
    kubectl(Optional.empty(), "", "get", "clusterimagepolicies");
    step("What is new has to keep to it.");
    apply(deployment().replace("web", "api"));
    step("What ran before goes on working: the Deployment web is older than the policy.");
    kubectl(Optional.empty(), "", "scale", "deployment/web", "--replicas=3", "-n", NAMESPACE);
    kubectl
        .run(
            "wait",
            "deployment/web",
            "-n",
            NAMESPACE,
            "--for=jsonpath={.status.replicas}=3",
            "--timeout=30s")
        .stdoutOrThrow("kubectl wait");
    kubectl(Optional.empty(), "", "get", "pods", "-l", "app=web", "-n", NAMESPACE);
    step("An exception, for a day.");
    apply(exception());
    awaitAccepted("imagepolicyexception/api-for-a-day");
    apply(deployment().replace("web", "api"));
  }

  private void awaitAccepted(String resource) {
    kubectl
        .run("wait", "--for=condition=Accepted", resource, "--timeout=30s")
        .stdoutOrThrow("kubectl wait");
  }

  private static String policy(String name, String section) {
    return """
    apiVersion: pullgate.dev/v1alpha1
    kind: ClusterImagePolicy
    metadata:
      name: %s
    spec:
      match: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}
      %s
    """
        .formatted(name, NAMESPACE, section);
  }

  private static String exception() {
    return """
    apiVersion: pullgate.dev/v1alpha1
    kind: ImagePolicyException
    metadata:
      name: api-for-a-day
    spec:
      policies: [digests-only]
      rules: [unpinned]
      match: {namespaces: [%s], images: ["docker.io/library/nginx"]}
      reason: the new base image comes tomorrow
      expires: "%s"
    """
        .formatted(
            NAMESPACE, Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS));
  }

  private void howToGoOn(PullgateServer gate, Path policies) {
    String open = bed.openRegistry().host();
    System.out.printf(
        """

        The cluster stays up. Go on with it in another terminal:
          export KUBECONFIG=%s
          kubectl -n demo run web --image=%s/shop/web:1.2.5     # admitted
          kubectl -n demo run web2 --image=%s/shop/web:latest   # rejected
        Registries   %s (open: shop/web:1.2.3, shop/web:1.2.5), %s (with a login: team/app:2.0)
        Policies     policies/baseline.yaml and %s
        Metrics      %s/q/metrics
        Log          %s
        Memory       %d MiB, the gate alone; make bench measures more
        Stop         Ctrl-C
        %s
        """,
        bed.controlPlane().kubeconfig(),
        open,
        open,
        open,
        bed.privateRegistry().host(),
        policies,
        gate.management(),
        gate.log(),
        gate.residentBytes() >> 20,
        Progress.sinceMake("demo"));
    System.out.flush();
  }

  private static String pod(String name, String image) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s
    spec:
      containers:
      - name: web
        image: %s
    """
        .formatted(name, image);
  }

  private static String deployment() {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
          - name: web
            image: nginx:1.27
    """;
  }

  private void apply(String manifest) {
    manifest
        .lines()
        .filter(line -> line.matches(SHOWN))
        .forEach(line -> System.out.println("    " + line));
    kubectl(Optional.empty(), manifest, "apply", "-n", NAMESPACE, "-f", "-");
  }

  private void images(String object, String path) {
    kubectl(
        Optional.of("kubectl get " + object + " -n demo -o jsonpath=…image"),
        "",
        "get",
        object,
        "-n",
        NAMESPACE,
        "-o",
        "jsonpath=" + path + "{\"\\n\"}");
  }

  private void kubectl(Optional<String> shown, String input, String... arguments) {
    System.out.println(
        "  $ " + shown.orElseGet(() -> "kubectl " + String.join(" ", List.of(arguments))));
    CommandResult result = kubectl.runWithInput(input, arguments);
    (result.stderr() + result.stdout()).lines().forEach(line -> System.out.println("  " + line));
  }

  private static void step(String title) {
    System.out.println();
    System.out.println(title);
  }

  private static void say(String line) {
    System.err.flush();
    System.out.println(line);
    System.out.flush();
  }
}
