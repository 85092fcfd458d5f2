package dev.pullgate.registry;

import dev.pullgate.testbed.Progress;
import dev.pullgate.testbed.Tools;
import dev.pullgate.testbed.ToolsMissingException;
import org.junit.jupiter.api.Assumptions;

/// The programs of real registries.
final class RealRegistries {
  private RealRegistries() {}

  /// The programs; where they are missing the tests are skipped with a line that says so, and in CI
  /// they fail.
  static Tools tools() {
    try {
      return Tools.registry(Progress.onStderr());
    } catch (ToolsMissingException e) {
      if ("true".equals(System.getenv("CI"))) {
        throw e;
      }
      return Assumptions.abort(String.valueOf(e.getMessage()));
    }
  }
}
