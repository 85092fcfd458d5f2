package dev.pullgate.testbed;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Supplier;

/// Says what the test bed is about to do, how long it took, and every 15 seconds that it still
/// lives. Lines are complete in themselves, so steps may run at the same time.
public final class Progress {
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

  private final PrintStream out;

  private Progress(PrintStream out) {
    this.out = out;
  }

  /// Lines on standard error.
  public static Progress onStderr() {
    return new Progress(System.err);
  }

  /// No lines at all.
  public static Progress quiet() {
    return new Progress(new PrintStream(PrintStream.nullOutputStream(), false));
  }

  /// Prints one line.
  public void say(String line) {
    out.println(line);
  }

  /// Runs a step. Errors of the step pass through.
  ///
  /// @param what such as "Starting the open registry"
  public <T> T step(String what, Supplier<T> work) {
    return step(what, "", work);
  }

  /// Runs a step that usually takes more than a few seconds.
  ///
  /// @param usually how long, such as ", about 5 s"; may be empty
  public <T> T step(String what, String usually, Supplier<T> work) {
    long start = System.nanoTime();
    say("- " + what + usually + " ...");
    Thread signs = Thread.ofVirtual().start(() -> signsOfLife(what, start));
    try {
      T result = work.get();
      say("  " + what + ": done in " + seconds(start));
      return result;
    } finally {
      signs.interrupt();
    }
  }

  /// Runs a step that gives nothing back.
  public void run(String what, Runnable work) {
    step(
        what,
        () -> {
          work.run();
          return what;
        });
  }

  /// How long make has been at it, such as "make demo took 12 s to here"; empty without make.
  static String sinceMake(String target) {
    String begin = System.getenv().getOrDefault("PULLGATE_BEGIN", "");
    if (!begin.matches("[0-9]{1,12}")) {
      return "";
    }
    long took = Instant.now().getEpochSecond() - Long.parseLong(begin);
    return "make %s took %d s to here.".formatted(target, took);
  }

  private void signsOfLife(String what, long start) {
    try {
      while (true) {
        Thread.sleep(SIGN_OF_LIFE);
        say("  " + what + ": still at it after " + seconds(start));
      }
    } catch (InterruptedException e) {
      // The step has ended.
    }
  }

  private static String seconds(long start) {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - start) / 1e9);
  }
}
