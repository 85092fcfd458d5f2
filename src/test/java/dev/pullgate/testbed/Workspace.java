package dev.pullgate.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// A temporary folder and the processes that live in it. Closing it, or the end of the JVM, stops
/// the processes in the reverse order of their start and deletes the folder. Only a JVM that is
/// killed with SIGKILL leaves both behind.
public final class Workspace implements AutoCloseable {
  private static final int PORT_ATTEMPTS = 5;
  private static final int DELETE_ATTEMPTS = 3;
  private static final Deque<Workspace> ROOTS = new ConcurrentLinkedDeque<>();

  private static volatile boolean jvmEnds;
  private static volatile Progress announcements = Progress.quiet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Workspace::endOfJvm, "test-bed-cleanup"));
  }

  private final Path folder;
  private final Consumer<Workspace> whenClosed;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;
  private int commands;

  private Workspace(Path folder, Consumer<Workspace> whenClosed) {
    this.folder = folder;
    this.whenClosed = whenClosed;
  }

  /// A new folder in the system's folder for temporary files.
  ///
  /// @param prefix of its name, such as "pullgate-testbed-"
  public static Workspace open(String prefix) {
    return openIn(Path.of(System.getProperty("java.io.tmpdir")), prefix);
  }

  /// A new folder in another folder.
  static Workspace openIn(Path parent, String prefix) {
    try {
      Workspace root = new Workspace(Files.createTempDirectory(parent, prefix), ROOTS::remove);
      ROOTS.push(root);
      return root;
    } catch (IOException e) {
      throw new TestBedException("cannot make a folder in " + parent + ": " + e.getMessage(), e);
    }
  }

  /// A workspace in a folder of this one, which is closed with this one at the latest.
  synchronized Workspace nested(String name) {
    refuseWhenClosed();
    try {
      Path inner = Files.createDirectory(folder.resolve(name));
      Workspace workspace = new Workspace(inner, this::forget);
      parts.push(workspace);
      return workspace;
    } catch (IOException e) {
      throw new TestBedException("cannot make " + name + " in " + folder + ": " + e, e);
    }
  }

  /// The folder; only its owner may enter it.
  public Path folder() {
    return folder;
  }

  /// Says when the end of the JVM stops what is open.
  static void announceStop(Progress progress) {
    announcements = progress;
  }

  /// Whether the JVM is about to end, for which all workspaces are being closed.
  static boolean jvmEnds() {
    return jvmEnds;
  }

  /// A command that runs in the folder and sees nothing of the environment but the `PATH`:
  /// variables such as `ETCD_NAME` or `REGISTRY_HTTP_ADDR` would configure the program.
  ProcessBuilder isolated(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "");
    environment.clear();
    environment.put("PATH", path);
    environment.put("HOME", folder.toString());
    environment.put("TMPDIR", folder.toString());
    return builder;
  }

  /// Starts a process, whose log is the file "name.log" of the folder.
  synchronized BackgroundProcess start(String name, ProcessBuilder command) {
    refuseWhenClosed();
    BackgroundProcess process =
        BackgroundProcess.start(name, command, folder.resolve(name + ".log"));
    parts.push(process);
    return process;
  }

  /// Closes a part of this process together with the workspace.
  synchronized <T extends AutoCloseable> T adopt(T part) {
    refuseWhenClosed();
    parts.push(part);
    return part;
  }

  /// Starts a process that listens on a free loopback port, and waits until it is ready. Between
  /// the choice of a port and the start somebody else can take it: then with another one.
  ///
  /// @param probe succeeds with this process only, not with whoever else has the port
  /// @return the port
  int startOnFreePort(
      String name,
      IntFunction<ProcessBuilder> command,
      IntFunction<Probe> probe,
      Duration timeout) {
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      BackgroundProcess process = start(name, command.apply(port));
      try {
        process.awaitReady(probe.apply(port), timeout);
        return port;
      } catch (TestBedException e) {
        if (attempt == PORT_ATTEMPTS || !process.lostItsPort()) {
          throw e;
        }
        forget(process);
      }
    }
  }

  /// Runs a command to its end.
  ///
  /// @param input all of its standard input
  CommandResult run(String name, ProcessBuilder command, String input, Duration timeout) {
    String files = name + "-" + nextCommand();
    Path stdin = folder.resolve(files + ".in");
    Path stdout = folder.resolve(files + ".out");
    try {
      Files.writeString(stdin, input);
      command.redirectInput(stdin.toFile()).redirectOutput(stdout.toFile());
      BackgroundProcess process = start(files, command);
      try {
        int exitCode = process.awaitEnd(timeout);
        return new CommandResult(
            exitCode, Files.readString(stdout), Files.readString(process.log()));
      } finally {
        process.close();
        forget(process);
        Files.deleteIfExists(process.log());
      }
    } catch (IOException e) {
      throw new TestBedException("cannot run " + name + ": " + e.getMessage(), e);
    } finally {
      stdin.toFile().delete();
      stdout.toFile().delete();
    }
  }

  /// Stops what still runs, the last first, and deletes the folder. Doing it twice is harmless.
  @Override
  public void close() {
    closeParts();
    // Only now, so that a JVM that ends in between still waits for the above.
    whenClosed.accept(this);
  }

  private synchronized void closeParts() {
    if (closed) {
      return;
    }
    closed = true;
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        System.err.println("test bed: cannot stop " + part + ": " + e);
      }
    }
    deleteFolder();
  }

  private void deleteFolder() {
    for (int attempt = 1; Files.exists(folder); attempt++) {
      try {
        deleteTree(folder);
      } catch (IOException e) {
        // Another thread may have written into it meanwhile, such as one that pushes an image.
        if (attempt == DELETE_ATTEMPTS) {
          System.err.println("test bed: cannot delete " + folder + ": " + e);
          return;
        }
      }
    }
  }

  private static void endOfJvm() {
    jvmEnds = true;
    if (!ROOTS.isEmpty()) {
      announcements.run("Stopping", () -> ROOTS.forEach(Workspace::close));
    }
  }

  private synchronized int nextCommand() {
    return ++commands;
  }

  private synchronized void forget(AutoCloseable part) {
    parts.remove(part);
  }

  private void refuseWhenClosed() {
    if (closed) {
      throw new TestBedException("the test bed is closed");
    }
  }

  /// A loopback port that nobody has at this moment.
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new TestBedException("no free port: " + e.getMessage(), e);
    }
  }

  /// Deletes a folder with all that is in it; symbolic links are not followed.
  static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path inner, IOException error)
              throws IOException {
            Files.deleteIfExists(inner);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
