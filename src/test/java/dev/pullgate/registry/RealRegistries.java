package dev.pullgate.registry;

import dev.pullgate.integration.RequiredTools;
import dev.pullgate.testbed.Progress;
import dev.pullgate.testbed.Tools;

/// The programs of real registries.
final class RealRegistries {
  private RealRegistries() {}

  /// The programs; where they are missing the tests are skipped, and in CI they fail.
  static Tools tools() {
    return RequiredTools.orSkip(() -> Tools.registry(Progress.onStderr()));
  }
}
