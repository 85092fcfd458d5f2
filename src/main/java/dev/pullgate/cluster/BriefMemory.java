package dev.pullgate.cluster;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Remembers what the API server said for a moment, so that the pods of a roll-out share requests,
/// and a change is seen well within a second all the same: whoever creates a missing secret and
/// applies the pod again, in one script, is not answered from before. The age counts from before
/// the request was sent: an answer that was long under way is no fresher than its question.
///
/// @param <K> what is asked for
/// @param <V> the answer, of which "there is none" is one too
final class BriefMemory<K, V> {
  private static final Duration FRESH = Duration.ofMillis(200);

  /// For an answer that somebody may be about to mend.
  private static final Duration DOUBTFUL = Duration.ofMillis(50);

  private static final int MAX_ENTRIES = 10_000;

  private record Flight<V>(long begun, CompletableFuture<V> answer) {
    boolean isFresh(long now, Predicate<V> good) {
      boolean doubtful =
          answer.isDone() && !answer.isCompletedExceptionally() && !good.test(answer.join());
      return now - begun < (doubtful ? DOUBTFUL : FRESH).toNanos();
    }
  }

  private final Executor threads;
  private final LongSupplier nanos;
  private final Predicate<V> good;

  /// The scheduler removes answers that nobody asks for again: they may hold passwords.
  private final Cache<K, Flight<V>> flights =
      Caffeine.newBuilder()
          .maximumSize(MAX_ENTRIES)
          .expireAfterWrite(FRESH)
          .scheduler(Scheduler.systemScheduler())
          .build();

  /// @param threads on which questions run
  /// @param nanos a clock as [System#nanoTime()] is one
  /// @param good whether an answer is one that leads to no complaint
  BriefMemory(Executor threads, LongSupplier nanos, Predicate<V> good) {
    this.threads = threads;
    this.nanos = nanos;
    this.good = good;
  }

  /// The answer: remembered, under way, or asked for now.
  CompletableFuture<V> get(K key, Supplier<V> ask) {
    long now = nanos.getAsLong();
    Flight<V> present = flights.getIfPresent(key);
    if (present != null && present.isFresh(now, good)) {
      return present.answer();
    }
    return flights
        .asMap()
        .compute(
            key,
            (_, latest) ->
                latest != null && latest.isFresh(now, good)
                    ? latest
                    : new Flight<>(now, CompletableFuture.supplyAsync(ask, threads)))
        .answer();
  }
}
