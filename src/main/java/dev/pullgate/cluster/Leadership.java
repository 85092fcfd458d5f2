package dev.pullgate.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Chooses one of the replicas, by a Lease in the gate's own namespace, to do what must not be done
/// twice. Reviews need no leader.
public final class Leadership implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");
  private static final String NAME = "pullgate";
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final String namespace;
  private final String identity = identity();
  private final Thread electing;
  private volatile boolean leading;
  private volatile @Nullable CompletableFuture<?> election;
  private boolean said;

  private Leadership(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    this.electing = Thread.ofVirtual().name("leadership").unstarted(this::keepElecting);
  }

  /// Begins to stand for election.
  ///
  /// @param namespace of the gate
  public static Leadership start(KubernetesClient client, String namespace) {
    Leadership leadership = new Leadership(client, namespace);
    leadership.electing.start();
    return leadership;
  }

  /// Whether this replica is the one now.
  public boolean leads() {
    return leading;
  }

  private void keepElecting() {
    try {
      while (true) {
        if (mayRead()) {
          CompletableFuture<?> running =
              client
                  .leaderElector()
                  .withConfig(
                      new LeaderElectionConfig(
                          new LeaseLock(namespace, NAME, identity),
                          LEASE,
                          RENEW,
                          RETRY,
                          new LeaderCallbacks(() -> leading = true, () -> leading = false, _ -> {}),
                          true,
                          NAME))
                  .build()
                  .start();
          election = running;
          ended(running);
        }
        Thread.sleep(AFTER_FAILURE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until the leadership is lost.
  private static void ended(CompletableFuture<?> running) throws InterruptedException {
    try {
      Object _ = running.get();
    } catch (ExecutionException e) {
      LOG.warnv("the leadership of the replicas was lost: {0}", e.getCause());
    }
  }

  /// Asked first, since the election itself would fill the log.
  private boolean mayRead() {
    try {
      client.leases().inNamespace(namespace).withName(NAME).get();
      said = false;
      return true;
    } catch (KubernetesClientException e) {
      if (!said) {
        said = true;
        LOG.warnv(
            "the lease {0}/{1} cannot be read: {2}. No status is written until then. The gate needs"
                + " get, create, update and patch on leases of its own namespace",
            namespace, NAME, ClusterConnection.reason(e));
      }
      return false;
    }
  }

  private static String identity() {
    String pod = Objects.requireNonNullElse(System.getenv("HOSTNAME"), "pullgate");
    return pod + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /// Gives the lease back, so that another replica need not wait until it runs out.
  @Override
  public void close() {
    electing.interrupt();
    CompletableFuture<?> running = election;
    if (running != null) {
      running.cancel(true);
    }
    leading = false;
  }
}
