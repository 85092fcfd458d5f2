package dev.pullgate.registry;

import dev.pullgate.policy.RegistrySettings;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// How many questions one registry is asked at a time, and how many requests a second it gets.
///
/// A question waits before its first request, for a place and for the rate. Once it has begun it is
/// not held up halfway: what it needs beside the first request is taken from those that follow.
final class Throttle {
  private final int requestsPerSecond;
  private final int maxConcurrent;
  private final Semaphore places;
  private final Bucket requests;

  Throttle(RegistrySettings settings, InstantSource clock) {
    this.requestsPerSecond = settings.requestsPerSecond();
    this.maxConcurrent = settings.maxConcurrent();
    this.places = new Semaphore(maxConcurrent, true);
    this.requests =
        Bucket.builder()
            .addLimit(limit ->
                limit
                    .capacity(requestsPerSecond)
                    .refillGreedy(requestsPerSecond, Duration.ofSeconds(1)))
            .withCustomTimePrecision(new Meter(clock))
            .build();
  }

  /// The limiter's view of the clock.
  private record Meter(InstantSource clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant());
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }

  /// Whether these are still the limits.
  boolean holds(RegistrySettings settings) {
    return requestsPerSecond == settings.requestsPerSecond()
        && maxConcurrent == settings.maxConcurrent();
  }

  /// Waits for a place and for the rate.
  ///
  /// @param shared places that this registry has to share with others, if it has to
  /// @return which limit left no time to ask; empty when the question may begin, and then it has to
  ///   [#leave]
  Optional<String> enter(Patience patience, Optional<Semaphore> shared)
      throws InterruptedException {
    if (!take(places, patience)) {
      return Optional.of("maxConcurrent " + maxConcurrent);
    }
    boolean entered = false;
    try {
      if (shared.isPresent() && !take(shared.get(), patience)) {
        return Optional.of("for all registries that no Registry declares");
      }
      try {
        entered = paced(patience);
      } finally {
        if (!entered) {
          shared.ifPresent(Semaphore::release);
        }
      }
      return entered ? Optional.empty() : Optional.of("requestsPerSecond " + requestsPerSecond);
    } finally {
      if (!entered) {
        places.release();
      }
    }
  }

  private static boolean take(Semaphore semaphore, Patience patience) throws InterruptedException {
    do {
      if (semaphore.tryAcquire(patience.left().toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
    } while (!patience.giveUp());
    return false;
  }

  /// The limiter knows beforehand how long it would take, and says no at once.
  private boolean paced(Patience patience) throws InterruptedException {
    do {
      Duration left = patience.left();
      if (left.isZero() ? requests.tryConsume(1) : requests.asBlocking().tryConsume(1, left)) {
        return true;
      }
    } while (!patience.giveUp());
    return false;
  }

  /// Counts another request of a question that has begun.
  void oneMore() {
    requests.consumeIgnoringRateLimits(1);
  }

  /// Gives the place back.
  void leave(Optional<Semaphore> shared) {
    shared.ifPresent(Semaphore::release);
    places.release();
  }
}
