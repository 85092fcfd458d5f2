package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.PolicyName;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.RegistryHealth;
import dev.pullgate.review.RegistryQuota;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Every question to a registry begins here: it waits for its turn, or learns that its registry is
/// not to be asked now. Registries share nothing, so that one that hangs slows no other; only those
/// that tenants make up have a bound in common.
final class RegistryLimits {
  /// How many of the registries are remembered that nobody declared.
  private static final int MAX_UNKNOWN = 1000;

  /// Questions at a time to all registries that nobody declared.
  private static final int CONCURRENT_UNKNOWN = 128;

  private final KnownRegistries known;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final MeteredRequests metered;
  private final Pauses pauses;
  private final Cache<String, RegistryState> states;
  private final Semaphore unknown = new Semaphore(CONCURRENT_UNKNOWN, true);
  private final Set<String> gauges = ConcurrentHashMap.newKeySet();

  /// Whether a question may be asked.
  sealed interface Turn {
    /// It may, and the question has to be closed.
    record Granted(Question question) implements Turn {}

    /// It may not, and this is its answer.
    record Denied(Resolution.Inconclusive why) implements Turn {}
  }

  RegistryLimits(KnownRegistries known, MeterRegistry meters, InstantSource clock) {
    this.known = known;
    this.meters = meters;
    this.clock = clock;
    this.metered = new MeteredRequests(meters, known);
    this.pauses = new Pauses(clock);
    this.states =
        Caffeine.newBuilder()
            .maximumWeight(MAX_UNKNOWN)
            .weigher((String host, RegistryState _) -> known.contains(host) ? 0 : 1)
            .build();
  }

  /// Waits for the turn of a question.
  ///
  /// @param logins those that may be sent
  Turn enter(
      ImageReference reference,
      RegistrySettings settings,
      List<ResolutionCache.Login> logins,
      Patience patience)
      throws InterruptedException {
    String host = PolicyName.canonicalRegistry(reference.registry());
    RegistryState state = state(host);
    Optional<Resolution.Inconclusive> pause = pauses.current(host, logins);
    if (pause.isPresent()) {
      return new Turn.Denied(pause.get());
    }
    String asked = Endpoint.of(reference, settings).host();
    if (state.breaker().closedToAll()) {
      return new Turn.Denied(down(state, asked));
    }
    Optional<Semaphore> shared = known.contains(host) ? Optional.empty() : Optional.of(unknown);
    Throttle throttle = state.throttle(settings);
    Optional<String> limit = throttle.enter(patience, shared);
    if (limit.isPresent()) {
      return new Turn.Denied(notAsked(asked, limit.get()));
    }
    // While it waited, others may have found out that there is no use in asking.
    Optional<Resolution.Inconclusive> since = pauses.current(host, logins);
    if (since.isPresent() || !state.breaker().tryEnter()) {
      throttle.leave(shared);
      return new Turn.Denied(since.orElseGet(() -> down(state, asked)));
    }
    Question.Context context =
        new Question.Context(host, asked, logins, settings.timeout(), metered, pauses, clock);
    return new Turn.Granted(
        new Question(
            context, state, throttle, () -> throttle.leave(shared), () -> showQuota(host)));
  }

  private RegistryState state(String host) {
    return states.get(host, name -> new RegistryState(name, known.contains(name), clock));
  }

  private static Resolution.Inconclusive down(RegistryState state, String asked) {
    return state
        .breaker()
        .answer()
        .orElseGet(() ->
            new Resolution.Unreachable(
                asked, Resolution.Cause.CONNECT, "did not answer the questions before this one"));
  }

  /// Does what the first question would wait for.
  void prepare() {
    RegistryState state = new RegistryState("localhost", false, clock);
    state.throttle(RegistrySettings.undeclared("localhost")).oneMore();
    state.breaker().tryEnter();
  }

  static Resolution.Unreachable notAsked(String host, String limit) {
    return new Resolution.Unreachable(
        host,
        Resolution.Cause.NOT_ASKED,
        "was not asked: too many requests at once from this gate (" + limit + ")");
  }

  private void showQuota(String host) {
    if (known.contains(host) && gauges.add(host)) {
      Gauge.builder("pullgate.registry.quota.remaining", () -> remaining(host))
          .tag("registry", host)
          .register(meters);
    }
  }

  private double remaining(String host) {
    return Optional.ofNullable(states.getIfPresent(host)).flatMap(RegistryState::quota).stream()
        .mapToDouble(RegistryQuota::remaining)
        .findFirst()
        .orElse(Double.NaN);
  }

  /// How the registries do that were asked, by host.
  List<RegistryHealth> health() {
    return states.asMap().values().stream()
        .map(RegistryState::health)
        .sorted(Comparator.comparing(RegistryHealth::host))
        .toList();
  }
}
