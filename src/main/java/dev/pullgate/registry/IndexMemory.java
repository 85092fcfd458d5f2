package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.pullgate.image.Digest;
import dev.pullgate.policy.IndexContent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Keeps the platforms of indexes without end, since a digest never changes its content, and lets
/// an index be read once for all who ask with the same access at a time.
final class IndexMemory {
  private static final int MAX_INDEXES = 20_000;
  private static final Duration FAILURE = Duration.ofSeconds(5);

  private final Cache<Digest, IndexContent> known =
      Caffeine.newBuilder().maximumSize(MAX_INDEXES).build();

  private final Executor threads;
  private final AsyncCache<Flight, IndexContent> flights =
      Caffeine.newBuilder()
          .maximumSize(MAX_INDEXES)
          .expireAfter(Expiry.<Flight, IndexContent>creating((_, content) -> lifetime(content)))
          .buildAsync();

  /// What is read, from where and by whom.
  ///
  /// @param logins fingerprints of the credentials
  record Flight(Endpoint endpoint, String repository, Digest digest, List<String> logins) {
    Flight {
      logins = List.copyOf(logins);
    }
  }

  IndexMemory(Executor threads) {
    this.threads = threads;
  }

  /// What was read is known from then on; a failure must not make a registry serve an index again
  /// and again.
  private static Duration lifetime(IndexContent content) {
    return switch (content) {
      case IndexContent.Platforms _, IndexContent.Single _ -> Duration.ZERO;
      case IndexContent.Unread _ -> FAILURE;
    };
  }

  Optional<IndexContent> known(Digest digest) {
    return Optional.ofNullable(known.getIfPresent(digest));
  }

  /// Keeps what an index holds.
  ///
  /// @param digest of the body, as computed
  IndexContent keep(Digest digest, Body body) {
    IndexContent content = IndexParser.platforms(body);
    known.put(digest, content);
    return content;
  }

  /// Reads an index, or waits for whoever does.
  CompletableFuture<IndexContent> read(Flight flight, Supplier<IndexContent> read) {
    // Somebody may have read it since the caller looked.
    Supplier<IndexContent> once = () -> known(flight.digest()).orElseGet(read);
    return flights.get(flight, (_, _) -> CompletableFuture.supplyAsync(once, threads));
  }
}
