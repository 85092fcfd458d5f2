package dev.pullgate.registry;

import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.RegistryHealth;
import dev.pullgate.review.RegistryQuota;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What is remembered of one registry: its limits, whether it is down, and what its last answers
/// said.
final class RegistryState {
  private final String host;
  private final InstantSource clock;
  private final Breaker breaker;
  private final AtomicReference<@Nullable Throttle> throttle = new AtomicReference<>();
  private final AtomicReference<Seen> seen = new AtomicReference<>(Seen.NOTHING);

  /// @param quotaOfLogin whether the quota is that of a login, not of the gate's address
  private record Seen(
      @Nullable String trouble,
      boolean reachable,
      Duration latency,
      @Nullable Instant lastAnswer,
      @Nullable RegistryQuota quota,
      boolean quotaOfLogin) {
    static final Seen NOTHING = new Seen(null, true, Duration.ZERO, null, null, false);
  }

  RegistryState(String host, boolean known, InstantSource clock) {
    this.host = host;
    this.clock = clock;
    this.breaker = new Breaker(host, known, clock);
  }

  Breaker breaker() {
    return breaker;
  }

  /// The limits, which a Registry may change at any time. What is under way keeps its place under
  /// the old ones.
  Throttle throttle(RegistrySettings settings) {
    return Objects.requireNonNull(
        throttle.updateAndGet(current ->
            current != null && current.holds(settings) ? current : new Throttle(settings, clock)));
  }

  /// Notes an answer, whatever it says.
  ///
  /// @param withLogin whether the question has a login, whose quota may be another
  void answered(Answer answer, Duration latency, boolean withLogin) {
    Instant now = clock.instant();
    Optional<RegistryQuota> quota = Quotas.read(answer, now);
    seen.updateAndGet(before -> {
      boolean newer =
          quota.isPresent() && (!withLogin || before.quota == null || before.quotaOfLogin);
      return new Seen(
          before.trouble,
          before.reachable,
          latency,
          now,
          newer ? quota.get() : before.quota,
          newer ? withLogin : before.quotaOfLogin);
    });
  }

  /// Notes how a question ended.
  ///
  /// @param trouble why it proves nothing; empty where it does
  void ended(Optional<Resolution.Inconclusive> trouble) {
    seen.updateAndGet(before ->
        new Seen(
            trouble.map(Resolution.Inconclusive::detail).orElse(null),
            trouble.isEmpty() || trouble.get() instanceof Resolution.RateLimited,
            before.latency,
            before.lastAnswer,
            before.quota,
            before.quotaOfLogin));
  }

  Optional<RegistryQuota> quota() {
    return Optional.ofNullable(seen.get().quota);
  }

  RegistryHealth health() {
    Seen now = seen.get();
    return new RegistryHealth(
        host, now.reachable, now.trouble, now.latency, now.lastAnswer, now.quota);
  }
}
