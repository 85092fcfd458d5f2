package dev.pullgate.registry;

import dev.pullgate.policy.Resolution;
import java.time.Duration;

/// The answer of a registry that is not asked again yet: the one that it gave last.
final class LeftAlone {
  private LeftAlone() {}

  /// @param cause the last answer
  /// @param time until it is asked again
  static Resolution.Inconclusive of(Resolution.Inconclusive cause, Duration time) {
    long seconds = Math.max(1, time.plusMillis(999).toSeconds());
    String detail = cause.detail() + ", so it is left alone for another " + seconds + " s";
    return switch (cause) {
      case Resolution.RateLimited limited -> new Resolution.RateLimited(limited.host(), detail);
      case Resolution.Unreachable unreachable ->
          new Resolution.Unreachable(unreachable.host(), unreachable.cause(), detail);
      case Resolution.RegistryError error -> new Resolution.RegistryError(error.host(), detail);
    };
  }
}
