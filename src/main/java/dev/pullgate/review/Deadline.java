package dev.pullgate.review;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The moment by which a review must have its answer.
///
/// @param clock that measures it
/// @param at the moment itself
public record Deadline(InstantSource clock, Instant at) {
  /// A deadline that ends after a time from now.
  public static Deadline after(InstantSource clock, Duration time) {
    return new Deadline(clock, clock.instant().plus(time));
  }

  /// The time left; zero when it has passed.
  public Duration remaining() {
    Duration left = Duration.between(clock.instant(), at);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /// A deadline that leaves a fifth of the time that is left, and at most this much, to what comes
  /// after it.
  public Deadline leaving(Duration most) {
    Duration fifth = remaining().dividedBy(5);
    return new Deadline(clock, at.minus(fifth.compareTo(most) < 0 ? fifth : most));
  }

  /// Whether no time is left.
  public boolean passed() {
    return remaining().isZero();
  }
}
