package dev.pullgate.testbed;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One child process and its log file.
final class BackgroundProcess implements AutoCloseable {
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(50);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int TAIL_LINES = 20;

  private final String name;
  private final Process process;
  private final Path log;

  private BackgroundProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /// Starts a command. Its standard error goes to the log, and so does its standard output unless
  /// the builder redirects it already.
  static BackgroundProcess start(String name, ProcessBuilder command, Path log) {
    if (command.redirectOutput().equals(Redirect.PIPE)) {
      command.redirectErrorStream(true).redirectOutput(log.toFile());
    } else {
      command.redirectError(log.toFile());
    }
    try {
      return new BackgroundProcess(name, command.start(), log);
    } catch (IOException e) {
      throw new TestBedException("cannot start " + name + ": " + e.getMessage(), e);
    }
  }

  /// Waits until the probe succeeds.
  ///
  /// @throws TestBedException with the end of the log when the process ends, or time is up, before
  void awaitReady(Probe probe, Duration timeout) {
    long start = System.nanoTime();
    String amiss = "";
    do {
      if (!process.isAlive()) {
        throw failure("ended with exit code " + process.exitValue() + " before it was ready");
      }
      try {
        probe.check();
        return;
      } catch (IOException e) {
        amiss = String.valueOf(e.getMessage());
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      endsWithin(BETWEEN_PROBES);
    } while (System.nanoTime() - start < timeout.toNanos());
    throw failure("was not ready after " + timeout.toSeconds() + " s (" + amiss + ")");
  }

  /// Waits for the end and gives the exit code.
  ///
  /// @throws TestBedException with the end of the log when time is up before
  int awaitEnd(Duration timeout) {
    if (!endsWithin(timeout)) {
      throw failure("had not ended after " + timeout.toSeconds() + " s");
    }
    return process.exitValue();
  }

  /// Waits for an end with exit code 0.
  ///
  /// @throws TestBedException with the end of the log when it ends otherwise, or not in time
  void awaitSuccess(Duration timeout) {
    int exitCode = awaitEnd(timeout);
    if (exitCode != 0) {
      throw failure("ended with exit code " + exitCode);
    }
  }

  /// Whether it ended because another process has its port.
  boolean lostItsPort() {
    String log = readLog();
    return !process.isAlive()
        && (log.contains("address already in use") || log.contains("a port is in use"));
  }

  Path log() {
    return log;
  }

  /// The memory of the process that is in use now, in bytes, as Linux counts it.
  ///
  /// @throws TestBedException on another system, or when it has ended
  long residentBytes() {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElseThrow(() -> new TestBedException(name + " uses no memory"));
    } catch (IOException e) {
      throw new TestBedException("the memory of " + name + " is not known: " + e.getMessage(), e);
    }
  }

  /// Asks it to end by SIGTERM, and ends it by SIGKILL when it has not after 5 s; with its
  /// children.
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(GRACE)) {
        process.destroyForcibly().onExit().join();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly().onExit().join();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public String toString() {
    return name + " (process " + process.pid() + ")";
  }

  private boolean endsWithin(Duration timeout) {
    try {
      return process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private TestBedException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new TestBedException("interrupted while waiting for " + name, e);
  }

  private TestBedException failure(String what) {
    List<String> lines = readLog().lines().toList();
    int from = Math.max(0, lines.size() - TAIL_LINES);
    return new TestBedException(
        name + " " + what + "\n" + String.join("\n", lines.subList(from, lines.size())));
  }

  private String readLog() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(its log cannot be read: " + e.getMessage() + ")";
    }
  }
}
