package dev.pullgate.cluster;

import dev.pullgate.review.ClusterNode;
import dev.pullgate.review.NodeSource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/// Watches nodes for what they run and hold. A gate that may not read them goes on without, and
/// begins to watch when it may.
public final class ClusterNodeSource implements NodeSource, AutoCloseable {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");

  /// How long a start waits for the nodes; later ones are taken in when they come.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /// Nodes are large: so many are held at a time while all are listed.
  private static final long PAGE = 250;

  private final NodeStore store = new NodeStore();
  private final CompletableFuture<Void> firstAnswer = new CompletableFuture<>();
  private final AtomicBoolean said = new AtomicBoolean();
  private final MeterRegistry meters;
  private final SharedIndexInformer<Node> informer;

  /// Begins to watch.
  public ClusterNodeSource(KubernetesClient client, MeterRegistry meters) {
    this.meters = meters;
    this.informer =
        client
            .nodes()
            .withLimit(PAGE)
            .runnableInformer(0)
            .removeNamespaceIndex()
            .itemStore(store)
            .exceptionHandler((_, failure) -> unread(failure));
    informer.start().thenRun(() -> firstAnswer.complete(null));
    try {
      firstAnswer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException _) {
      LOG.warn("nodes are not listed yet, so reviews begin without them");
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed with a failure", e);
    }
  }

  /// Counts a failure, says the first one, and has it tried again.
  private boolean unread(Throwable failure) {
    meters.counter("pullgate.cluster.unread", "resource", "nodes").increment();
    if (said.compareAndSet(false, true)) {
      LOG.warnv(
          "nodes cannot be read: {0}; until they can, platforms are judged by what pods select, and"
              + " no image counts as present. The gate needs get, list and watch on nodes",
          reason(failure));
    }
    firstAnswer.complete(null);
    return true;
  }

  private static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException exception) {
        return ClusterConnection.reason(exception);
      }
    }
    return "the watch ended (" + failure.getClass().getSimpleName() + ")";
  }

  @Override
  public List<ClusterNode> nodes() {
    return store.nodes();
  }

  @Override
  public void close() {
    informer.close();
  }
}
