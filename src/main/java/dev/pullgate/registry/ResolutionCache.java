package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.pullgate.credential.Credential;
import dev.pullgate.credential.CredentialSource;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Remembers answers for a while, one flight a key. An answer that was had with one credential
/// never serves another: the key holds a fingerprint of the login, which is worth nothing outside
/// this process.
final class ResolutionCache {
  private static final Duration FOUND = Duration.ofMinutes(5);
  private static final Duration NOT_FOUND = Duration.ofSeconds(5);
  private static final int MAX_ENTRIES = 20_000;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec salt;
  private final Executor threads;
  private final AsyncCache<Key, Resolution> answers;

  /// What one answer depends on.
  record Key(String reference, RegistrySettings settings, List<Login> logins) {
    Key {
      logins = List.copyOf(logins);
    }
  }

  /// A credential without its content.
  record Login(CredentialSource source, String fingerprint) {}

  ResolutionCache(Executor threads) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.salt = new SecretKeySpec(random, ALGORITHM);
    this.threads = threads;
    this.answers =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfter(Expiry.<Key, Resolution>creating((_, answer) -> lifetime(answer)))
            .buildAsync();
  }

  private static Duration lifetime(Resolution answer) {
    return switch (answer) {
      case Resolution.Found _ -> FOUND;
      case Resolution.Absent _, Resolution.Refused _ -> NOT_FOUND;
      case Resolution.Inconclusive _ -> Duration.ZERO;
    };
  }

  /// The answer for a key: remembered, under way, or asked for now.
  CompletableFuture<Resolution> get(Key key, Supplier<Resolution> ask) {
    return answers.get(key, (_, _) -> CompletableFuture.supplyAsync(ask, threads));
  }

  /// Whether an answer for the key is there or under way.
  boolean holds(Key key) {
    return answers.getIfPresent(key) != null;
  }

  Login login(Credential credential) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(salt);
      mac.update(credential.username().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      byte[] fingerprint = mac.doFinal(credential.password().getBytes(StandardCharsets.UTF_8));
      return new Login(credential.source(), HexFormat.of().formatHex(fingerprint));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
