package dev.pullgate.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.resource.Kinds;
import dev.pullgate.review.PolicySource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/// The policies of the files together with those of the cluster, which it watches.
public final class ClusterPolicySource implements PolicySource, AutoCloseable {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");
  private static final Duration FIRST_READ = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(5);

  private final PolicySet files;
  private final ResourceMemory memory;
  private final List<KindWatch> watches;
  private final Semaphore changes = new Semaphore(0);
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Thread refresher;
  private volatile State state;

  /// What holds at one moment.
  record State(List<KeptResource> resources, PolicyCombination combination) {}

  private ClusterPolicySource(
      KubernetesClient client, PolicySet files, MeterRegistry meters, InstantSource clock) {
    this.files = files;
    this.memory = new ResourceMemory(clock);
    this.state = new State(List.of(), PolicyCombination.of(files, List.of()));
    this.watches =
        Kinds.ALL.stream().map(kind -> new KindWatch(client, kind, changes::release)).toList();
    this.refresher = Thread.ofVirtual().name("policies").unstarted(this::keepRefreshing);
    for (Class<? extends CustomResource<?, ?>> kind : Kinds.ALL) {
      String name = HasMetadata.getKind(kind);
      Gauge.builder("pullgate.resources.invalid", () -> invalid(name))
          .description("Custom resources whose spec is not accepted")
          .tag("kind", name)
          .register(meters);
    }
  }

  /// Makes the kinds known to the cluster where they are missing and the gate may, begins to watch
  /// them, and waits until they are read, or until it is known that they cannot be.
  ///
  /// @param files what holds in any case
  public static ClusterPolicySource watch(
      KubernetesClient client, PolicySet files, MeterRegistry meters, InstantSource clock) {
    CustomResourceDefinitions definitions = new CustomResourceDefinitions(client);
    try (ExecutorService parallel = Executors.newVirtualThreadPerTaskExecutor()) {
      Kinds.ALL.forEach(kind -> parallel.execute(() -> definitions.ensure(kind)));
    }
    ClusterPolicySource source = new ClusterPolicySource(client, files, meters, clock);
    source.begin();
    return source;
  }

  private void begin() {
    watches.forEach(KindWatch::start);
    long end = System.nanoTime() + FIRST_READ.toNanos();
    try {
      while (!watches.stream().allMatch(KindWatch::isSettled) && System.nanoTime() < end) {
        Thread.sleep(POLL);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    refresh();
    refresher.start();
  }

  private void keepRefreshing() {
    try {
      while (true) {
        changes.acquire();
        changes.drainPermits();
        try {
          refresh();
        } catch (RuntimeException e) {
          LOG.error("the policies of the cluster cannot be taken in; the earlier ones hold", e);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void refresh() {
    List<JsonNode> objects = new ArrayList<>();
    watches.forEach(watch -> objects.addAll(watch.objects()));
    List<KeptResource> resources = memory.update(objects);
    state = new State(resources, PolicyCombination.of(files, resources));
    listeners.forEach(Runnable::run);
  }

  @Override
  public PolicySet current() {
    return state.combination().policies();
  }

  /// What is known of the custom resources now.
  State state() {
    return state;
  }

  List<KindWatch> watches() {
    return watches;
  }

  /// Calls back, soon and from any thread, whenever something changed.
  void whenChanged(Runnable listener) {
    listeners.add(listener);
  }

  private double invalid(String kind) {
    State now = state;
    return now.resources().stream()
        .filter(resource -> resource.kind().equals(kind))
        .filter(resource ->
            resource.rejection().isPresent()
                || now.combination().overruled().containsKey(resource.uid()))
        .count();
  }

  @Override
  public void close() {
    refresher.interrupt();
    watches.forEach(KindWatch::close);
  }
}
