package dev.pullgate.app;

import dev.pullgate.admission.ResourceCheck;
import dev.pullgate.certificate.CurrentKeyManager;
import dev.pullgate.certificate.Pem;
import dev.pullgate.cli.PullgateCommand;
import dev.pullgate.cluster.ClusterException;
import dev.pullgate.cluster.WebhookRegistration;
import dev.pullgate.document.DocumentException;
import dev.pullgate.document.FieldException;
import dev.pullgate.document.ResourceDecoder;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.review.Reviewer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.vertx.http.HttpsServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Starts the gate before the port opens, registers the webhooks once it is open, and keeps
/// certificates and registration up to date from then on.
@ApplicationScoped
public class GateLifecycle {
  /// The name under which Quarkus finds the certificate.
  static final String TLS_CONFIGURATION = "pullgate";

  private static final Logger LOG = Logger.getLogger("dev.pullgate.server");
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration CHECK = Duration.ofMinutes(1);

  private final GateConfiguration configuration;
  private final MeterRegistry meters;
  private final TlsConfigurationRegistry tls;
  private final InstantSource clock = InstantSource.system();
  private final ExceptionEnds exceptionEnds;
  private final AtomicReference<@Nullable Gate> gate = new AtomicReference<>();
  private final AtomicBoolean registered = new AtomicBoolean();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private volatile String lastProblem = "";

  /// Takes the settings.
  public GateLifecycle(
      GateConfiguration configuration, MeterRegistry meters, TlsConfigurationRegistry tls) {
    this.configuration = configuration;
    this.meters = meters;
    this.tls = tls;
    this.exceptionEnds = new ExceptionEnds(meters);
  }

  void start(@Observes StartupEvent event) {
    try {
      Gate built = Gate.build(configuration, meters, clock);
      gate.set(built);
      tls.register(
          TLS_CONFIGURATION,
          new ServedCertificate(new CurrentKeyManager(() -> built.certificates().current())));
      Gauge.builder("pullgate.certificate.expiry.timestamp", () -> expiry(built))
          .baseUnit("seconds")
          .register(meters);
      LOG.infov(
          "started with policies: {0}, registries: {1}, certificates in {2}",
          built.policies().policies().size(),
          built.policies().registries().size(),
          built.certificateStore().location());
    } catch (DocumentException e) {
      throw new StartRefusedException(e, PullgateCommand.EXIT_USAGE);
    } catch (ClusterException | IOException e) {
      throw new StartRefusedException(e, PullgateCommand.EXIT_NOT_DONE);
    }
  }

  private static double expiry(Gate gate) {
    return gate.certificates().current().serving().getNotAfter().toInstant().getEpochSecond();
  }

  void opened(@ObservesAsync HttpsServerStart event) {
    Thread.ofVirtual().name("registration").start(this::keepUp);
  }

  /// Registers, and looks now and then whether certificate and registration still hold: somebody
  /// may have deleted one, and the other runs out.
  private void keepUp() {
    try {
      started().warmUp(clock);
    } catch (RuntimeException e) {
      LOG.warnv(e, "warming up failed, so the first reviews take longer");
    }
    try {
      while (!stopped.get()) {
        boolean well = keepUpOnce();
        if (well && configuration.exitWhenReady()) {
          Quarkus.asyncExit(0);
        }
        Thread.sleep(well ? CHECK : RETRY);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return whether all is well, so that the next look has time
  private boolean keepUpOnce() {
    try {
      Gate current = started();
      exceptionEnds.look(current.policies().exceptions(), clock.instant()).forEach(LOG::warn);
      if (current.certificates().refresh()) {
        LOG.info("the serving certificate was renewed");
      }
      if (current.registration().isPresent()) {
        register(current.registration().get(), Pem.authorities(current.certificates().current()));
      }
      registered.set(true);
      lastProblem = "";
      return true;
    } catch (ClusterException | IOException e) {
      report(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.errorv(e, "keeping certificate and registration up to date failed");
    }
    return false;
  }

  /// Registers once in any case: flags or a newer version may want something else than what is
  /// there.
  private void register(WebhookRegistration registration, String authorities)
      throws ClusterException {
    if (!registered.get() || !registration.isRegistered(authorities)) {
      registered.set(false);
      registration.register(authorities);
      LOG.info("webhooks registered");
    }
  }

  /// Says the same thing once, however often it is tried again.
  private void report(String problem) {
    if (!problem.equals(lastProblem)) {
      LOG.warn(problem);
      lastProblem = problem;
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stopped.set(true);
    Gate current = gate.getAndSet(null);
    if (current != null) {
      current.close();
    }
  }

  /// Whether the API server sends reviews here, and trusts what is served.
  boolean isRegistered() {
    return registered.get();
  }

  private Gate started() {
    Gate current = gate.get();
    if (current == null) {
      throw new IllegalStateException("the gate is not started");
    }
    return current;
  }

  /// The policies that are loaded.
  PolicySet policies() {
    return started().policies();
  }

  /// The engine, for the webhooks.
  @Produces
  @Singleton
  Reviewer reviewer() {
    return started().reviewer();
  }

  /// What is wrong with a policy that is applied.
  @Produces
  @Singleton
  ResourceCheck resourceCheck() {
    return object -> {
      try {
        ResourceDecoder.decode(object);
        return Optional.empty();
      } catch (FieldException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    };
  }

  /// The clock of reviews.
  @Produces
  @Singleton
  InstantSource clock() {
    return clock;
  }
}
