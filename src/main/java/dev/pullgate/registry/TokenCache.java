package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.review.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Keeps tokens while they are good, one flight a key. Failures serve those who wait for them, and
/// are then forgotten.
final class TokenCache {
  /// With an answer that is remembered for five minutes this makes at most ten, after which a login
  /// that was taken away no longer counts.
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Duration RESERVE = Duration.ofSeconds(10);
  private static final long MAX_WEIGHT = 32L * 1024 * 1024;
  private static final int ENTRY_WEIGHT = 1024;

  private final AsyncCache<Key, Flown> tokens;

  /// For what a token is good. The registry is part of it: a token never goes to another one than
  /// it was asked for, whatever realm that names.
  ///
  /// @param uri the realm with service and scope
  /// @param login fingerprint of the credential; empty for an anonymous token
  record Key(String registry, RegistrySettings settings, URI uri, String login) {}

  /// Asks the issuer.
  interface Source {
    TokenAnswer fetch() throws IOException;
  }

  /// An answer.
  ///
  /// @param own whether the issuer was asked for it just now, by this caller
  record Taken(TokenAnswer answer, boolean own) {}

  /// How a flight ended.
  private sealed interface Flown {}

  private record Landed(TokenAnswer answer) implements Flown {}

  /// A value, since the cache would write an exception into the log, and its text may be the
  /// issuer's.
  private record Lost(IOException failure) implements Flown {}

  TokenCache(InstantSource clock) {
    this.tokens =
        Caffeine.newBuilder()
            .maximumWeight(MAX_WEIGHT)
            .weigher((Key _, Flown flown) -> weight(flown))
            .expireAfter(Expiry.<Key, Flown>creating((_, flown) -> lifetime(flown)))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .buildAsync();
  }

  private static int weight(Flown flown) {
    return ENTRY_WEIGHT
        + (flown instanceof Landed(TokenAnswer.Issued issued) ? issued.token().length() : 0);
  }

  private static Duration lifetime(Flown flown) {
    if (!(flown instanceof Landed(TokenAnswer.Issued issued))) {
      return Duration.ZERO;
    }
    Duration usable = issued.lifetime().minus(RESERVE);
    if (usable.isNegative()) {
      return Duration.ZERO;
    }
    return usable.compareTo(LONGEST) < 0 ? usable : LONGEST;
  }

  /// The token for a key: kept, under way, or fetched now in the caller's thread.
  ///
  /// @throws IOException when the issuer gave no usable answer, also to somebody else just now
  Taken get(Key key, Deadline deadline, Source source) throws IOException {
    CompletableFuture<Flown> own = new CompletableFuture<>();
    CompletableFuture<Flown> other = tokens.asMap().putIfAbsent(key, own);
    if (other != null) {
      return switch (await(other, deadline)) {
        case Landed landed -> new Taken(landed.answer(), false);
        case Lost lost -> throw lost.failure();
      };
    }
    Flown flown = new Lost(new IOException("asking a token issuer failed"));
    try {
      TokenAnswer answer = source.fetch();
      flown = new Landed(answer);
      return new Taken(answer, true);
    } catch (IOException e) {
      flown = new Lost(e);
      throw e;
    } finally {
      own.complete(flown);
    }
  }

  private static Flown await(CompletableFuture<Flown> flight, Deadline deadline)
      throws IOException {
    try {
      return flight.get(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw (IOException) new InterruptedIOException("the time is up").initCause(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a flight ends with a value", e);
    }
  }

  /// Forgets a token that a registry did not take.
  void forget(Key key, TokenAnswer.Issued refused) {
    CompletableFuture<Flown> kept = tokens.getIfPresent(key);
    if (kept != null && new Landed(refused).equals(kept.getNow(null))) {
      tokens.asMap().remove(key, kept);
    }
  }
}
