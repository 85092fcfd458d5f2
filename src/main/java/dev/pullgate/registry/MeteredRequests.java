package dev.pullgate.registry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.util.Set;
import java.util.function.Predicate;

/// Counts and times requests by registry, method and outcome. Tenants choose the names of
/// registries, so only those that are declared, and the large public ones, get a series of their
/// own.
final class MeteredRequests implements RequestObserver {
  private static final Set<String> WELL_KNOWN =
      Set.of(
          "docker.io",
          "ghcr.io",
          "quay.io",
          "gcr.io",
          "registry.k8s.io",
          "public.ecr.aws",
          "mcr.microsoft.com");

  private final MeterRegistry meters;
  private final Predicate<String> declared;

  MeteredRequests(MeterRegistry meters, Predicate<String> declared) {
    this.meters = meters;
    this.declared = declared;
  }

  @Override
  public Answer observe(String registry, String method, Request request) throws IOException {
    String label = declared.test(registry) || WELL_KNOWN.contains(registry) ? registry : "other";
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
