package dev.pullgate.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.OwnerKind;
import dev.pullgate.review.OwnerReference;
import dev.pullgate.review.OwnerSource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/// Reads owners one by one when a denial hangs on them. A pod storm asks for the same few again and
/// again, so they are remembered for some seconds.
public final class ClusterOwnerSource implements OwnerSource {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");
  private static final Duration REMEMBERED = Duration.ofSeconds(5);

  /// Bounds the memory whatever size tenants give their objects, in characters of JSON.
  private static final long MAX_REMEMBERED = 16L * 1024 * 1024;

  /// More than the controllers keep of one workload.
  private static final long MAX_REVISIONS = 200;

  private final KubernetesClient client;
  private final MeterRegistry meters;
  private final ObjectMapper mapper = new ObjectMapper();
  private final Cache<OwnerReference, JsonNode> owners =
      Caffeine.newBuilder()
          .expireAfterWrite(REMEMBERED)
          .maximumWeight(MAX_REMEMBERED)
          .<OwnerReference, JsonNode>weigher((_, object) -> object.toString().length())
          .build();

  private interface Request {
    List<JsonNode> send();
  }

  /// Takes the connection.
  public ClusterOwnerSource(KubernetesClient client, MeterRegistry meters) {
    this.client = client;
    this.meters = meters;
  }

  @Override
  public Answer owner(OwnerReference reference, Deadline deadline) {
    JsonNode remembered = owners.getIfPresent(reference);
    if (remembered != null) {
      return new Answer.Read(List.of(remembered));
    }
    OwnerKind kind = reference.kind();
    Answer answer =
        within(
            deadline,
            kind.plural(),
            reference.namespace(),
            () -> {
              GenericKubernetesResource found =
                  resources(kind.group(), kind.kind(), kind.plural())
                      .inNamespace(reference.namespace())
                      .withName(reference.name())
                      .get();
              return found == null
                  ? List.of()
                  : List.of(tree(found, kind.apiVersion(), kind.kind()));
            });
    if (answer instanceof Answer.Read read) {
      read.objects().stream()
          .filter(object -> reference.uid().equals(object.at("/metadata/uid").asText("")))
          .forEach(object -> owners.put(reference, object));
    }
    return answer;
  }

  @Override
  public Answer revisions(JsonNode owner, String namespace, Deadline deadline) {
    Optional<OwnerKind> kind =
        OwnerKind.of(owner.path("apiVersion").asText(""), owner.path("kind").asText(""));
    if (kind.isEmpty()) {
      return new Answer.Read(List.of());
    }
    return switch (kind.get()) {
      case DEPLOYMENT -> listed("ReplicaSet", "replicasets", owner, namespace, deadline);
      case STATEFUL_SET, DAEMON_SET ->
          listed("ControllerRevision", "controllerrevisions", owner, namespace, deadline);
      case REPLICA_SET, REPLICATION_CONTROLLER, JOB, CRON_JOB -> new Answer.Read(List.of());
    };
  }

  private Answer listed(
      String kind, String plural, JsonNode owner, String namespace, Deadline deadline) {
    LabelSelector selector;
    try {
      selector = mapper.convertValue(owner.at("/spec/selector"), LabelSelector.class);
    } catch (IllegalArgumentException _) {
      return new Answer.Read(List.of());
    }
    return within(
        deadline,
        plural,
        namespace,
        () ->
            resources("apps", kind, plural)
                .inNamespace(namespace)
                .withLabelSelector(selector == null ? new LabelSelector() : selector)
                .list(new ListOptionsBuilder().withLimit(MAX_REVISIONS).build())
                .getItems()
                .stream()
                .map(item -> tree(item, "apps/v1", kind))
                .toList());
  }

  private MixedOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      resources(String group, String kind, String plural) {
    return client.genericKubernetesResources(
        new ResourceDefinitionContext.Builder()
            .withGroup(group)
            .withVersion("v1")
            .withKind(kind)
            .withPlural(plural)
            .withNamespaced(true)
            .build());
  }

  /// What stands in a list says neither its kind nor its version.
  private JsonNode tree(GenericKubernetesResource resource, String apiVersion, String kind) {
    ObjectNode tree = mapper.valueToTree(resource);
    return tree.put("apiVersion", apiVersion).put("kind", kind);
  }

  private Answer within(Deadline deadline, String resource, String namespace, Request request) {
    FutureTask<List<JsonNode>> task = new FutureTask<>(request::send);
    Thread.ofVirtual().name("owners").start(task);
    try {
      return new Answer.Read(task.get(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException _) {
      return unread(resource, namespace, "it does not answer in time");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KubernetesClientException failure) {
        return unread(resource, namespace, ClusterConnection.reason(failure));
      }
      throw new IllegalStateException("reading " + resource + " failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading " + resource, e);
    } finally {
      task.cancel(true);
    }
  }

  /// What may not be read decides over pods: the operator has to hear of it.
  private Answer unread(String resource, String namespace, String reason) {
    meters.counter("pullgate.cluster.unread", "resource", resource).increment();
    LOG.warnv(
        "{0} in namespace {1} cannot be read: {2}; so whether a workload is older than a policy is"
            + " not known: pods that controllers make are admitted, others rejected. The gate needs"
            + " get on {0}, and list on replicasets and controllerrevisions",
        resource, namespace, reason);
    return new Answer.Unread(resource + " could not be read from the API server: " + reason);
  }
}
