package dev.pullgate.testbed;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A Kubernetes control plane, a registry for everybody, a pull-through cache of it and a registry
/// with a login, all real, all on loopback; and a registry that misbehaves on purpose. Closing it,
/// or the end of the JVM, leaves nothing behind.
///
/// `java src/test/java/dev/pullgate/testbed/TestBed.java` starts one to try things on by hand.
public final class TestBed implements AutoCloseable {
  private static final List<String> OPEN_IMAGES =
      List.of(
          "shop/web:1.2.3",
          "shop/web:1.2.5",
          "dockerhub/library/nginx:1.27",
          "dockerhub/library/busybox:1.37");
  private static final List<String> PRIVATE_IMAGES = List.of("team/app:2.0");

  private final Workspace workspace;
  private final ControlPlane controlPlane;
  private final OciRegistry openRegistry;
  private final OciRegistry cacheRegistry;
  private final OciRegistry privateRegistry;
  private final MisbehavingRegistry misbehavingRegistry;

  private TestBed(
      Workspace workspace,
      ControlPlane controlPlane,
      OciRegistry openRegistry,
      OciRegistry cacheRegistry,
      OciRegistry privateRegistry) {
    this.workspace = workspace;
    this.controlPlane = controlPlane;
    this.openRegistry = openRegistry;
    this.cacheRegistry = cacheRegistry;
    this.privateRegistry = privateRegistry;
    this.misbehavingRegistry = MisbehavingRegistry.start(workspace);
  }

  /// Builds the programs if need be, starts everything and waits until it is ready. The real
  /// registries are empty.
  ///
  /// @throws ToolsMissingException when a program is missing: the reason of a skipped test
  /// @throws TestBedException when something does not start, with the end of its log
  public static TestBed start(Progress progress) {
    Tools kubernetes = Tools.kubernetes(progress);
    Tools registry = Tools.registry(progress);
    Workspace workspace = Workspace.open("pullgate-testbed-");
    try (ExecutorService parallel = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        return startParts(parallel, workspace, kubernetes, registry, progress);
      } catch (RuntimeException e) {
        // Here, so that the parts that still start give up at once.
        workspace.close();
        throw e;
      }
    }
  }

  private static TestBed startParts(
      ExecutorService parallel,
      Workspace workspace,
      Tools kubernetes,
      Tools registry,
      Progress progress) {
    Future<ControlPlane> controlPlane =
        parallel.submit(() ->
            progress.step(
                "Starting the control plane",
                ", about 5 s",
                () -> ControlPlane.start(kubernetes, workspace)));
    Future<OciRegistry> open =
        parallel.submit(() ->
            progress.step(
                "Starting the open registry",
                () -> OciRegistry.open(registry, workspace, "open-registry")));
    Credentials login = new Credentials("pullgate", Secrets.random());
    Future<OciRegistry> closed =
        parallel.submit(() ->
            progress.step(
                "Starting the private registry",
                () -> OciRegistry.htpasswd(registry, workspace, "private-registry", login)));
    OciRegistry upstream = result(open);
    OciRegistry cache =
        progress.step(
            "Starting the pull-through cache",
            () -> OciRegistry.cache(registry, workspace, "cache-registry", upstream));
    return new TestBed(workspace, result(controlPlane), upstream, cache, result(closed));
  }

  private static <T> T result(Future<T> part) {
    try {
      return part.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestBedException("interrupted while starting", e);
    }
  }

  public ControlPlane controlPlane() {
    return controlPlane;
  }

  /// The registry that everybody may use.
  public OciRegistry openRegistry() {
    return openRegistry;
  }

  /// The pull-through cache of the open registry.
  public OciRegistry cacheRegistry() {
    return cacheRegistry;
  }

  /// The registry that misbehaves on purpose.
  public MisbehavingRegistry misbehavingRegistry() {
    return misbehavingRegistry;
  }

  /// The registry that asks for a {@linkplain OciRegistry#login login}.
  public OciRegistry privateRegistry() {
    return privateRegistry;
  }

  /// kubectl as a user of the control plane.
  ///
  /// @param user `admin` or `developer`
  /// @throws ToolsMissingException when kubectl is not on the `PATH`
  public Kubectl kubectl(String user) {
    return Kubectl.with(controlPlane.kubeconfigFor(user), workspace);
  }

  @Override
  public void close() {
    workspace.close();
  }

  /// Starts a test bed with a few images and keeps it until Ctrl-C. Standard output is a shell
  /// script to evaluate; what goes on is said on standard error, or not at all with `-q`.
  public static void main(String[] arguments) throws InterruptedException {
    boolean quiet = List.of(arguments).equals(List.of("-q"));
    if (arguments.length > 0 && !quiet) {
      System.err.println("usage: java " + TestBed.class.getSimpleName() + ".java [-q]");
      System.exit(2);
    }
    Progress progress = quiet ? Progress.quiet() : Progress.onStderr();
    Workspace.announceStop(progress);
    try {
      TestBed bed = start(progress);
      bed.pushImages(progress);
      bed.printUse();
    } catch (TestBedException e) {
      if (!Workspace.jvmEnds()) {
        System.err.println("test bed: " + e.getMessage());
      }
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private void pushImages(Progress progress) {
    OPEN_IMAGES.forEach(image -> progress.run("Pushing " + image, () -> openRegistry.push(image)));
    PRIVATE_IMAGES.forEach(
        image -> progress.run("Pushing " + image, () -> privateRegistry.push(image)));
  }

  private void printUse() {
    Credentials login = privateRegistry.login().orElseThrow();
    System.out.printf(
        """
        export KUBECONFIG=%s
        # API server        %s
        # Open registry     %s  %s
        # Its cache         %s  the same, fetched when asked for
        # Misbehaving       %s  %s
        # Private registry  %s  %s
        #   login           %s  password %s
        # Try next          kubectl create deployment web --image=%s/%s
        # Stop              Ctrl-C
        """,
        controlPlane.kubeconfig(),
        controlPlane.server(),
        openRegistry.host(),
        String.join(" ", OPEN_IMAGES),
        cacheRegistry.host(),
        misbehavingRegistry.host(),
        Stream.of(MisbehavingRegistry.Behaviour.values())
            .map(behaviour -> "broken/" + behaviour.repository())
            .collect(Collectors.joining(" ")),
        privateRegistry.host(),
        String.join(" ", PRIVATE_IMAGES),
        login.username(),
        login.password(),
        openRegistry.host(),
        OPEN_IMAGES.getFirst());
    System.out.flush();
  }
}
