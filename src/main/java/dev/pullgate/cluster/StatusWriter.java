package dev.pullgate.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullgate.resource.Kinds;
import dev.pullgate.review.RegistryHealthSource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Writes the status of the custom resources, in the one replica that leads. What stands there
/// already is not written again, and what changes with every request of a registry at most every
/// half minute.
public final class StatusWriter implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration RESTLESS_EVERY = Duration.ofSeconds(30);
  private static final int NOT_FOUND = 404;
  private static final int FORBIDDEN = 403;

  private final KubernetesClient client;
  private final ClusterPolicySource policies;
  private final RegistryHealthSource health;
  private final BooleanSupplier leads;
  private final InstantSource clock;
  private final Semaphore changes = new Semaphore(0);
  private final Thread writing;
  private Map<String, Written> written = new HashMap<>();
  private String problem = "";

  /// What was written last.
  ///
  /// @param version of the object before
  private record Written(String version, ObjectNode status, Instant at) {}

  private StatusWriter(
      KubernetesClient client,
      ClusterPolicySource policies,
      RegistryHealthSource health,
      BooleanSupplier leads,
      InstantSource clock) {
    this.client = client;
    this.policies = policies;
    this.health = health;
    this.leads = leads;
    this.clock = clock;
    this.writing = Thread.ofVirtual().name("status").unstarted(this::keepWriting);
  }

  /// Begins to write.
  ///
  /// @param leads whether this replica is the one that writes
  public static StatusWriter start(
      KubernetesClient client,
      ClusterPolicySource policies,
      RegistryHealthSource health,
      BooleanSupplier leads,
      InstantSource clock) {
    StatusWriter writer = new StatusWriter(client, policies, health, leads, clock);
    policies.whenChanged(writer.changes::release);
    writer.writing.start();
    return writer;
  }

  private void keepWriting() {
    try {
      while (true) {
        if (leads.getAsBoolean()) {
          try {
            writeAll();
          } catch (RuntimeException e) {
            LOG.error("writing the status of custom resources failed", e);
          }
        }
        boolean _ = changes.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        changes.drainPermits();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeAll() {
    ClusterPolicySource.State state = policies.state();
    Instant now = clock.instant();
    Map<String, Written> next = new HashMap<>();
    for (KeptResource resource : state.resources()) {
      ObjectNode wanted =
          ResourceStatus.of(resource, state.combination(), health.registries(), now);
      Written last = written.get(resource.uid());
      if (isNews(resource, wanted, last, now)) {
        last = new Written(version(resource), wanted, now);
        if (!write(resource, wanted)) {
          last = null;
        }
      }
      if (last != null) {
        next.put(resource.uid(), last);
      }
    }
    written = next;
  }

  private static boolean isNews(
      KeptResource resource, ObjectNode wanted, @Nullable Written last, Instant now) {
    JsonNode present = resource.object().path("status");
    if (ResourceStatus.agree(wanted, present, ResourceStatus.FIELDS)) {
      return false;
    }
    boolean unseen = last != null && last.version().equals(version(resource));
    JsonNode compared = unseen && last != null ? last.status() : present;
    List<String> calm =
        ResourceStatus.FIELDS.stream()
            .filter(field -> !ResourceStatus.RESTLESS.contains(field))
            .toList();
    if (!ResourceStatus.agree(wanted, compared, calm)) {
      return true;
    }
    return !ResourceStatus.agree(wanted, compared, ResourceStatus.RESTLESS)
        && (last == null || !now.isBefore(last.at().plus(RESTLESS_EVERY)));
  }

  private static String version(KeptResource resource) {
    return resource.object().path("metadata").path("resourceVersion").asText("");
  }

  /// @return whether it was written
  private boolean write(KeptResource resource, ObjectNode status) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.put("apiVersion", Kinds.API_VERSION).put("kind", resource.kind());
    ObjectNode metadata = patch.putObject("metadata").put("name", resource.name());
    if (!resource.namespace().isEmpty()) {
      metadata.put("namespace", resource.namespace());
    }
    patch.set("status", status);
    ResourceDefinitionContext context = context(resource);
    try {
      var all = client.genericKubernetesResources(context);
      var one =
          resource.namespace().isEmpty()
              ? all.withName(resource.name())
              : all.inNamespace(resource.namespace()).withName(resource.name());
      one.subresource("status")
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager("pullgate-status")
                  .withForce(true)
                  .build(),
              patch.toString());
      problem = "";
      return true;
    } catch (KubernetesClientException e) {
      report(resource, context, e);
      return false;
    }
  }

  /// Says the same thing once, however often it is tried again.
  private void report(
      KeptResource resource, ResourceDefinitionContext context, KubernetesClientException failure) {
    if (failure.getCode() == NOT_FOUND) {
      // Deleted meanwhile: the watch is about to say so.
      return;
    }
    String sentence =
        "the status of "
            + context.getPlural()
            + " cannot be written: "
            + ClusterConnection.reason(failure)
            + (failure.getCode() == FORBIDDEN
                ? ". The gate needs patch on " + context.getPlural() + "/status"
                : ". It is tried again");
    if (!sentence.equals(problem)) {
      problem = sentence;
      LOG.warnv("{0} ({1})", sentence, resource.title());
    }
  }

  private ResourceDefinitionContext context(KeptResource resource) {
    return policies.watches().stream()
        .map(KindWatch::context)
        .filter(context -> context.getKind().equals(resource.kind()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    writing.interrupt();
  }
}
