package dev.pullgate.testbed;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Builds the tools of a module into the cache of the user, once for each state of the module. One
/// build at a time on a machine: a second one would only slow the first down.
final class GoBuild {
  private static final Duration TIMEOUT = Duration.ofHours(1);
  private static final String UNFINISHED = ".build-";
  // A FileLock keeps other processes out, but two threads of one process collide on it.
  private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

  private final GoModule module;
  private final Progress progress;

  GoBuild(GoModule module, Progress progress) {
    this.module = module;
    this.progress = progress;
  }

  /// The folder of the binaries, built now if it is not there.
  ///
  /// @throws ToolsMissingException when a build is needed and `go` is not on the `PATH`
  Path binaries() {
    Path cache = cacheFolder();
    Path target = cache.resolve(module.cacheName());
    if (Files.isDirectory(target)) {
      return target;
    }
    Path go = Tools.onPath("go").orElseThrow(this::goIsMissing);
    IN_THIS_PROCESS.lock();
    try {
      Files.createDirectories(cache);
      underFileLock(cache, () -> build(go, cache, target));
      return target;
    } catch (IOException e) {
      throw new TestBedException("cannot build into " + cache + ": " + e.getMessage(), e);
    } finally {
      IN_THIS_PROCESS.unlock();
    }
  }

  private ToolsMissingException goIsMissing() {
    String instead =
        switch (module) {
          case KUBERNETES -> ", or set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver";
          case REGISTRY, ORIGINALS -> "";
        };
    return new ToolsMissingException(
        """
        go, which builds the %s tools of the test bed, is not on the PATH: install Go 1.26 or newer \
        from https://go.dev/dl%s\
        """
            .formatted(module.title(), instead));
  }

  private void underFileLock(Path cache, Action action) throws IOException {
    Path file = cache.resolve("build.lock");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Held until the channel closes.
      lock(channel, file);
      action.run();
    }
  }

  private void lock(FileChannel channel, Path file) throws IOException {
    if (channel.tryLock() == null) {
      progress.say("Waiting for another process that builds tools (it holds " + file + ")");
      channel.lock();
    }
  }

  private void build(Path go, Path cache, Path target) throws IOException {
    if (Files.isDirectory(target)) {
      return;
    }
    deleteUnfinished(cache);
    progress.say(
        "Building the %s tools of the test bed into %s: %s on two cores the first time, then cached"
            .formatted(module.title(), target, module.coldBuild()));
    try (Workspace workspace = Workspace.openIn(cache, UNFINISHED)) {
      Path binaries = Files.createDirectory(workspace.folder().resolve("bin"));
      progress.run(
          "go build of the " + module.title() + " tools", () -> compile(go, workspace, binaries));
      Path etcd = binaries.resolve("server");
      if (Files.exists(etcd)) {
        Files.move(etcd, binaries.resolve("etcd"));
      }
      Files.move(binaries, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void compile(Path go, Workspace workspace, Path binaries) {
    List<String> command = new ArrayList<>(List.of(go.toString(), "build", "-trimpath"));
    command.addAll(List.of("-buildvcs=false", "-ldflags", module.linkerFlags()));
    command.addAll(List.of("-o", binaries.toString()));
    command.addAll(module.packages());
    ProcessBuilder builder = new ProcessBuilder(command).directory(module.folder().toFile());
    builder.environment().put("CGO_ENABLED", "0");
    builder.environment().put("GOWORK", "off");
    workspace.start("go build", builder).awaitSuccess(TIMEOUT);
  }

  /// A build that was killed leaves its folder behind; who holds the lock knows that no build runs.
  private static void deleteUnfinished(Path cache) throws IOException {
    try (Stream<Path> entries = Files.list(cache)) {
      for (Path entry : entries.toList()) {
        if (String.valueOf(entry.getFileName()).startsWith(UNFINISHED)) {
          Workspace.deleteTree(entry);
        }
      }
    }
  }

  private static Path cacheFolder() {
    Path configured = Path.of(System.getenv().getOrDefault("XDG_CACHE_HOME", ""));
    Path base =
        configured.isAbsolute() ? configured : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("pullgate/testbed");
  }

  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }
}
