package dev.pullgate.integration;

import dev.pullgate.testbed.ToolsMissingException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/// What tests do where a program of the test bed is missing.
public final class RequiredTools {
  private RequiredTools() {}

  /// What needs the programs; without them the tests are skipped with a line that says so, and in
  /// CI they fail.
  public static <T> T orSkip(Supplier<T> needing) {
    try {
      return needing.get();
    } catch (ToolsMissingException e) {
      if ("true".equals(System.getenv("CI"))) {
        throw e;
      }
      return Assumptions.abort(String.valueOf(e.getMessage()));
    }
  }
}
