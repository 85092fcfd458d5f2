package dev.pullgate.registry;

import dev.pullgate.review.Deadline;
import java.time.Duration;

/// How long somebody waits for a question to be asked.
interface Patience {
  /// The time left; zero when it is up.
  Duration left();

  /// Ends the waiting for good, unless somebody came since [#left] who waits longer.
  ///
  /// @return whether the waiting has ended
  boolean giveUp();

  /// The patience of one caller.
  static Patience until(Deadline deadline) {
    return new Patience() {
      @Override
      public Duration left() {
        return deadline.remaining();
      }

      @Override
      public boolean giveUp() {
        return true;
      }
    };
  }
}
