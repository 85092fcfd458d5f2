package dev.pullgate.registry;

import dev.pullgate.policy.Resolution;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Stops asking a registry that is down: half of the last ten questions, and at least five, without
/// an answer or with a 5xx. From then on one question every five seconds finds out whether it is
/// back, and all others are answered at once.
final class Breaker {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.registry");

  private static final int WINDOW = 10;
  private static final int AT_LEAST = 5;
  private static final float HALF = 50;
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final CircuitBreaker breaker;
  private volatile Instant openedAt = Instant.EPOCH;
  private volatile Resolution.@Nullable Inconclusive cause;

  /// @param announced whether its changes are logged: tenants may make up names as they like
  Breaker(String host, boolean announced, InstantSource clock) {
    this.clock = clock;
    this.breaker =
        CircuitBreaker.of(
            host,
            CircuitBreakerConfig.custom()
                .clock(clock.withZone(ZoneOffset.UTC))
                .slidingWindow(
                    WINDOW,
                    AT_LEAST,
                    CircuitBreakerConfig.SlidingWindowType.COUNT_BASED,
                    CircuitBreakerConfig.SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .failureRateThreshold(HALF)
                // How long an answer may take is the timeout's business.
                .slowCallDurationThreshold(Duration.ofDays(1))
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitDurationInOpenState(BETWEEN_TRIES)
                .writableStackTraceEnabled(false)
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(event -> {
          State state = event.getStateTransition().getToState();
          if (state == State.OPEN) {
            openedAt = clock.instant();
          }
          if (announced && state != State.HALF_OPEN) {
            announce(host, state == State.OPEN);
          }
        });
  }

  private void announce(String host, boolean opened) {
    Resolution.Inconclusive last = cause;
    if (opened && last != null) {
      LOG.warnv("registry {0} is down: {1} {2}", host, last.host(), last.detail());
    } else if (!opened) {
      LOG.infov("registry {0} answers again", host);
    }
  }

  /// Whether a question may begin. It has to end with [#failed], [#answered] or [#unknown].
  boolean tryEnter() {
    return breaker.tryAcquirePermission();
  }

  /// Whether there is no use in waiting for a question to begin.
  boolean closedToAll() {
    return breaker.getState() == State.OPEN && left().isPositive();
  }

  private Duration left() {
    return Duration.between(clock.instant(), openedAt.plus(BETWEEN_TRIES));
  }

  /// What questions get that may not begin.
  Optional<Resolution.Inconclusive> answer() {
    return Optional.ofNullable(cause).map(last -> LeftAlone.of(last, left()));
  }

  /// A question got no answer, or a 5xx.
  void failed(Resolution.Inconclusive last) {
    cause = last;
    breaker.onError(0, TimeUnit.NANOSECONDS, new Down());
  }

  /// The registry works.
  void answered() {
    breaker.onSuccess(0, TimeUnit.NANOSECONDS);
  }

  /// A question ended without saying anything of the registry.
  void unknown() {
    breaker.releasePermission();
  }

  /// Stands for a failure, which the library wants as an exception.
  private static final class Down extends Exception {
    private static final long serialVersionUID = 1L;

    Down() {
      super("down", null, false, false);
    }
  }
}
