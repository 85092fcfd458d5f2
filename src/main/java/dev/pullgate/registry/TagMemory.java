package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.pullgate.policy.RegistrySettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Keeps tags for a minute, one flight a repository and access: a controller whose pod is denied
/// creates it again and again.
final class TagMemory {
  private static final Duration LISTED = Duration.ofMinutes(1);
  private static final Duration NOTHING = Duration.ofSeconds(5);
  private static final long MAX_TAGS = 500_000;
  private static final int ENTRY_WEIGHT = 50;

  private final Executor threads;
  private final AsyncCache<Key, List<String>> lists =
      Caffeine.newBuilder()
          .maximumWeight(MAX_TAGS)
          .weigher((Key _, List<String> tags) -> ENTRY_WEIGHT + tags.size())
          .expireAfter(Expiry.<Key, List<String>>creating((_, tags) -> lifetime(tags)))
          .buildAsync();

  /// What is listed, and for whom.
  ///
  /// @param logins fingerprints of the credentials
  record Key(RegistrySettings settings, Endpoint endpoint, String repository, List<String> logins) {
    Key {
      logins = List.copyOf(logins);
    }
  }

  TagMemory(Executor threads) {
    this.threads = threads;
  }

  private static Duration lifetime(List<String> tags) {
    return tags.isEmpty() ? NOTHING : LISTED;
  }

  CompletableFuture<List<String>> get(Key key, Supplier<List<String>> list) {
    return lists.get(key, (_, _) -> CompletableFuture.supplyAsync(list, threads));
  }
}
