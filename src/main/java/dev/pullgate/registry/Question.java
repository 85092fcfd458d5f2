package dev.pullgate.registry;

import dev.pullgate.policy.Resolution;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One question to a registry, from its first request to its last. Sees all its requests, and tells
/// at the end what they say of the registry. For one thread.
final class Question implements RequestObserver, AutoCloseable {
  private final Context context;
  private final RegistryState state;
  private final Throttle throttle;
  private final Runnable leave;
  private final Runnable quotaSeen;

  private int requests;
  private boolean answered;
  private boolean failed;
  private boolean serverError;
  private boolean serverErrorOfAll;
  private Resolution.@Nullable Inconclusive last;
  private @Nullable Duration pause;
  private boolean closed;

  /// @param host in the spelling of policies
  /// @param asked the host as it is connected to
  /// @param timeout of one request
  record Context(
      String host,
      String asked,
      List<ResolutionCache.Login> logins,
      Duration timeout,
      RequestObserver next,
      Pauses pauses,
      InstantSource clock) {}

  Question(
      Context context, RegistryState state, Throttle throttle, Runnable leave, Runnable quotaSeen) {
    this.context = context;
    this.state = state;
    this.throttle = throttle;
    this.leave = leave;
    this.quotaSeen = quotaSeen;
  }

  @Override
  public Answer observe(String registry, String method, Request request) throws IOException {
    if (requests++ > 0) {
      throttle.oneMore();
    }
    Instant start = context.clock.instant();
    try {
      Answer answer = context.next.observe(registry, method, request);
      note(answer, Duration.between(start, context.clock.instant()));
      return answer;
    } catch (IOException e) {
      Resolution.Inconclusive failure = Failures.of(context.asked, e, context.timeout.toMillis());
      failed |= failure instanceof Resolution.Unreachable;
      last = failure;
      throw e;
    }
  }

  private void note(Answer answer, Duration latency) {
    answered = true;
    state.answered(answer, latency, !context.logins.isEmpty());
    if (state.quota().isPresent()) {
      quotaSeen.run();
    }
    if (answer.status() == 429) {
      last = new Resolution.RateLimited(context.asked, "limits requests (429)");
    } else if (answer.status() >= 500) {
      serverError = true;
      // What a tenant's login brings about must not close the registry to all others.
      serverErrorOfAll |= requests == 1 || context.logins.isEmpty();
      last = new Resolution.RegistryError(context.asked, "answered " + answer.status());
    } else {
      last = null;
    }
    pause = context.pauses.asked(answer).orElse(null);
  }

  /// Takes what the question came to, which knows better than single requests who failed.
  void conclude(Resolution resolution) {
    switch (resolution) {
      case Resolution.Inconclusive inconclusive -> last = inconclusive;
      case Resolution.Found _, Resolution.Absent _, Resolution.Refused _ -> {
        last = null;
        failed = false;
        serverError = false;
        serverErrorOfAll = false;
      }
    }
  }

  /// Whether the registry is down, or limits requests: what it said before may still hold.
  boolean down() {
    return failed || serverError || last instanceof Resolution.RateLimited;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    leave.run();
    Optional<Resolution.Inconclusive> trouble = Optional.ofNullable(last);
    if (failed || serverErrorOfAll) {
      state
          .breaker()
          .failed(
              trouble.orElseGet(() ->
                  new Resolution.RegistryError(context.asked, "gave no answer that can be used")));
    } else if (answered && !serverError) {
      state.breaker().answered();
    } else {
      state.breaker().unknown();
    }
    if (requests > 0) {
      state.ended(trouble);
    }
    Duration asked = pause;
    if (asked != null) {
      trouble.ifPresent(cause ->
          context.pauses.begin(context.host, context.logins, serverErrorOfAll, asked, cause));
    }
  }
}
