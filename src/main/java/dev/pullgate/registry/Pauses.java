package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pullgate.policy.Resolution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.utils.DateUtils;

/// Which registries have asked to be left alone, and for how long.
///
/// Registries limit an account or an address. So a limit that is met with one login holds for
/// questions with that login only: a tenant whose account is used up must not blind the gate for
/// all others.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-retry-after">RFC 9110, Retry-After</a>
final class Pauses {
  /// Where a 429 does not say how long.
  private static final Duration UNSTATED = Duration.ofSeconds(1);

  /// However long a registry asks for: it may be wrong, and the gate blind meanwhile.
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static final int MAX_ENTRIES = 10_000;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVICE_UNAVAILABLE = 503;

  private final InstantSource clock;
  private final Cache<Key, Pause> pauses;

  /// @param logins empty for questions without any, and for the registry as a whole
  private record Key(String host, boolean whole, List<ResolutionCache.Login> logins) {}

  /// @param cause what the registry answered
  private record Pause(Instant until, Resolution.Inconclusive cause) {}

  Pauses(InstantSource clock) {
    this.clock = clock;
    this.pauses =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .ticker(new ClockTicker(clock))
            .expireAfterWrite(LONGEST)
            .build();
  }

  /// Reads how long an answer asks to be left alone; empty where it does not.
  Optional<Duration> asked(Answer answer) {
    boolean limited = answer.status() == TOO_MANY_REQUESTS;
    if (!limited && answer.status() != SERVICE_UNAVAILABLE) {
      return Optional.empty();
    }
    Optional<Duration> stated = answer.header("retry-after").flatMap(this::parse);
    return (limited ? stated.or(() -> Optional.of(UNSTATED)) : stated)
        .map(time -> time.compareTo(LONGEST) > 0 ? LONGEST : time)
        .filter(Duration::isPositive);
  }

  private Optional<Duration> parse(String text) {
    String value = text.strip();
    if (value.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    return Optional.ofNullable(DateUtils.parseStandardDate(value))
        .map(until -> Duration.between(clock.instant(), until));
  }

  /// Begins one.
  ///
  /// @param whole whether it holds for every question, not only for those with the same logins
  void begin(
      String host,
      List<ResolutionCache.Login> logins,
      boolean whole,
      Duration time,
      Resolution.Inconclusive cause) {
    pauses.put(
        new Key(host, whole, whole ? List.of() : logins),
        new Pause(clock.instant().plus(time), cause));
  }

  /// What a question gets while it must not be asked.
  Optional<Resolution.Inconclusive> current(String host, List<ResolutionCache.Login> logins) {
    return current(new Key(host, true, List.of())).or(() -> current(new Key(host, false, logins)));
  }

  private Optional<Resolution.Inconclusive> current(Key key) {
    return Optional.ofNullable(pauses.getIfPresent(key))
        .filter(pause -> pause.until().isAfter(clock.instant()))
        .map(
            pause -> LeftAlone.of(pause.cause(), Duration.between(clock.instant(), pause.until())));
  }
}
