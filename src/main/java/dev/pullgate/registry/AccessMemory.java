package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pullgate.credential.Credential;
import dev.pullgate.policy.RegistrySettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// What is kept between questions about access: tokens, and how a repository challenged those who
/// then got in.
final class AccessMemory {
  private static final Duration CHALLENGES = Duration.ofMinutes(5);
  private static final long MAX_WEIGHT = 8L * 1024 * 1024;
  private static final int ENTRY_WEIGHT = 512;

  private final TokenCache tokens;
  private final Cache<Key, Challenge> challenges;
  private final Function<Credential, String> fingerprints;

  /// A part of a repository.
  enum Area {
    MANIFESTS,
    TAGS
  }

  /// Whom a challenge concerns.
  ///
  /// @param logins fingerprints of the credentials, in order
  record Key(
      RegistrySettings settings,
      Endpoint endpoint,
      String repository,
      Area area,
      List<String> logins) {
    Key {
      logins = List.copyOf(logins);
    }
  }

  /// Takes what tells one credential from another without holding it.
  AccessMemory(InstantSource clock, Function<Credential, String> fingerprints) {
    this.tokens = new TokenCache(clock);
    this.fingerprints = fingerprints;
    this.challenges =
        Caffeine.newBuilder()
            .maximumWeight(MAX_WEIGHT)
            .weigher((Key _, Challenge challenge) -> weight(challenge))
            .expireAfterWrite(CHALLENGES)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .build();
  }

  private static int weight(Challenge challenge) {
    return ENTRY_WEIGHT
        + switch (challenge) {
          case Challenge.Basic _ -> 0;
          case Challenge.Bearer bearer ->
              bearer.parameters().values().stream().mapToInt(String::length).sum();
        };
  }

  TokenCache tokens() {
    return tokens;
  }

  /// Empty for no credential.
  String fingerprint(Optional<Credential> credential) {
    return credential.map(fingerprints).orElse("");
  }

  Optional<Challenge> challenge(Key key) {
    return Optional.ofNullable(challenges.getIfPresent(key));
  }

  void remember(Key key, Challenge challenge) {
    challenges.put(key, challenge);
  }

  void forget(Key key) {
    challenges.invalidate(key);
  }
}
