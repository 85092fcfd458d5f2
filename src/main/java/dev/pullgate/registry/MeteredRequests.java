package dev.pullgate.registry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;

/// Counts and times requests by registry, method and outcome.
final class MeteredRequests implements RequestObserver {
  private final MeterRegistry meters;
  private final KnownRegistries known;

  MeteredRequests(MeterRegistry meters, KnownRegistries known) {
    this.meters = meters;
    this.known = known;
  }

  @Override
  public Answer observe(String registry, String method, Request request) throws IOException {
    String label = known.label(registry);
    Timer.Sample sample = Timer.start(meters);
    String outcome = "failed";
    try {
      Answer answer = request.send();
      outcome = Integer.toString(answer.status());
      return answer;
    } finally {
      meters
          .counter(
              "pullgate.registry.requests", "registry", label, "method", method, "outcome", outcome)
          .increment();
      sample.stop(
          meters.timer("pullgate.registry.request.duration", "registry", label, "method", method));
    }
  }
}
