package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/// The registries that have said in an answer that they count reads of manifests.
final class CountingRegistries {
  private static final int MAX_REGISTRIES = 10_000;

  /// As long as the longest window known.
  private static final Duration MEMORY = Duration.ofHours(6);

  private final Cache<String, Boolean> seen =
      Caffeine.newBuilder().maximumSize(MAX_REGISTRIES).expireAfterWrite(MEMORY).build();

  void note(String registry) {
    seen.put(registry, true);
  }

  boolean counts(String registry) {
    return seen.getIfPresent(registry) != null;
  }
}
