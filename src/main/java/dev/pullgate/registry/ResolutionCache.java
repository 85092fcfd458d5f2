package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.pullgate.credential.Credential;
import dev.pullgate.credential.CredentialSource;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.Deadline;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Remembers answers for a while, one flight a key, and the last good one for when the registry is
/// down. An answer that was had with one credential never serves another: the key holds a
/// fingerprint of the login, which is worth nothing outside this process.
final class ResolutionCache {
  /// With a token that is as old as one may be, a login is taken at its word for ten minutes.
  private static final Duration FOUND = Duration.ofMinutes(5);

  private static final Duration NOT_FOUND = Duration.ofSeconds(5);

  /// How long an outage may last before nothing is proven any more.
  private static final Duration LAST_GOOD = Duration.ofHours(24);

  private static final int MAX_ENTRIES = 20_000;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec salt;
  private final Executor threads;
  private final InstantSource clock;
  private final Cache<Key, Resolution> answers;
  private final Cache<Key, Good> lastGood;
  private final ConcurrentMap<Key, Flight> flights = new ConcurrentHashMap<>();

  /// What one answer depends on.
  record Key(String reference, RegistrySettings settings, List<Login> logins) {
    Key {
      logins = List.copyOf(logins);
    }
  }

  /// A credential without its content.
  record Login(CredentialSource source, String fingerprint) {}

  /// An answer that holds when the registry gives none.
  private record Good(Resolution.Found found, Instant provenAt) {}

  ResolutionCache(Executor threads, InstantSource clock) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.salt = new SecretKeySpec(random, ALGORITHM);
    this.threads = threads;
    this.clock = clock;
    this.answers =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .ticker(new ClockTicker(clock))
            .expireAfter(Expiry.<Key, Resolution>writing((_, answer) -> lifetime(answer)))
            .build();
    this.lastGood =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .ticker(new ClockTicker(clock))
            .expireAfterWrite(LAST_GOOD)
            .build();
  }

  private static Duration lifetime(Resolution answer) {
    return switch (answer) {
      case Resolution.Found _ -> FOUND;
      case Resolution.Absent _, Resolution.Refused _ -> NOT_FOUND;
      case Resolution.Inconclusive _ -> Duration.ZERO;
    };
  }

  /// The answer that is remembered.
  Optional<Resolution> answer(Key key) {
    return Optional.ofNullable(answers.getIfPresent(key));
  }

  /// A place in a flight.
  ///
  /// @param first whether it began with this caller
  record Boarding(Flight flight, boolean first) {}

  /// The question that is under way, or a new one. It waits for its turn at least until the
  /// deadline.
  Boarding board(Key key, Deadline deadline, Function<Flight, Flight.Asked> ask) {
    while (true) {
      Flight own = new Flight(clock, deadline.at());
      Flight flight = flights.computeIfAbsent(key, _ -> start(own, key, ask));
      if (flight.waitUntil(deadline.at())) {
        return new Boarding(flight, flight == own);
      }
      flights.remove(key, flight);
    }
  }

  private Flight start(Flight flight, Key key, Function<Flight, Flight.Asked> ask) {
    // It may have landed since the caller looked.
    Optional<Resolution> landed = answer(key);
    if (landed.isPresent()) {
      flight.land(new Flight.Asked(landed.get(), false));
      threads.execute(() -> flights.remove(key, flight));
      return flight;
    }
    threads.execute(() -> {
      // Nobody may board a flight that has landed: a failure is not remembered.
      try {
        Flight.Asked asked = ask.apply(flight);
        remember(key, asked.resolution());
        flights.remove(key, flight);
        flight.land(asked);
      } catch (RuntimeException | Error e) {
        flights.remove(key, flight);
        flight.crash(e);
      }
    });
    return flight;
  }

  private void remember(Key key, Resolution answer) {
    switch (answer) {
      case Resolution.Found found -> {
        answers.put(key, found);
        lastGood.put(key, new Good(found, clock.instant()));
      }
      case Resolution.Absent _, Resolution.Refused _ -> {
        answers.put(key, answer);
        lastGood.invalidate(key);
      }
      case Resolution.Inconclusive _ -> {}
    }
  }

  /// The last good answer, marked as such.
  Optional<Resolution.Found> stale(Key key) {
    return Optional.ofNullable(lastGood.getIfPresent(key))
        .map(good -> good.found().stale(good.provenAt()));
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
