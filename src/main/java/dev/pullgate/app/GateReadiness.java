package dev.pullgate.app;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready means: policies are loaded, and the webhooks are registered with the authority of the
/// certificate that is served.
@Readiness
public final class GateReadiness implements HealthCheck {
  private final GateLifecycle lifecycle;

  /// Takes what is started.
  public GateReadiness(GateLifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("gate")
        .status(lifecycle.isRegistered())
        .withData("policies", lifecycle.policies().policies().size())
        .withData("webhooksRegistered", lifecycle.isRegistered())
        .build();
  }
}
