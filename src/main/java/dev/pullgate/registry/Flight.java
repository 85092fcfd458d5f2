package dev.pullgate.registry;

import dev.pullgate.policy.Resolution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// One question that is under way, and for which all wait that ask the same. It waits for its turn
/// as long as any of them, and goes on without them once it is asked.
final class Flight implements Patience {
  private final InstantSource clock;
  private final CompletableFuture<Asked> answer = new CompletableFuture<>();

  private Instant until;
  private Instant untilRead;
  private boolean ended;
  private volatile @Nullable Instant askedAt;

  /// @param down whether the registry is down or limits requests, or could not be asked, so that
  ///   its last good answer may serve
  record Asked(Resolution resolution, boolean down) {}

  Flight(InstantSource clock, Instant until) {
    this.clock = clock;
    this.until = until;
    this.untilRead = until;
  }

  /// Makes it wait for its turn at least so long.
  ///
  /// @return false when it waits no more, and was not asked
  synchronized boolean waitUntil(Instant longer) {
    if (ended) {
      return false;
    }
    until = longer.isAfter(until) ? longer : until;
    return true;
  }

  @Override
  public synchronized Duration left() {
    untilRead = until;
    Duration left = Duration.between(clock.instant(), until);
    return left.isNegative() ? Duration.ZERO : left;
  }

  @Override
  public synchronized boolean giveUp() {
    ended = !until.isAfter(untilRead);
    return ended;
  }

  /// Notes that its turn has come.
  void asking() {
    askedAt = clock.instant();
  }

  /// When its turn came; empty while it waits.
  Optional<Instant> askedAt() {
    return Optional.ofNullable(askedAt);
  }

  void land(Asked asked) {
    answer.complete(asked);
  }

  void crash(Throwable bug) {
    answer.completeExceptionally(bug);
  }

  Future<Asked> answer() {
    return answer;
  }
}
