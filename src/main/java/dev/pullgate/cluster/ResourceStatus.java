package dev.pullgate.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullgate.document.DecodedResource;
import dev.pullgate.policy.PolicyException;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.review.RegistryHealth;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is to stand in the `status` of a custom resource. Fields of others, such as the audit's
/// numbers, are not touched.
final class ResourceStatus {
  /// The fields that this part of the gate writes.
  static final List<String> FIELDS =
      List.of(
          "observedGeneration",
          "conditions",
          "enforcedSince",
          "inEffect",
          "latency",
          "quota",
          "lastSeen");

  /// Those of them that change with every request to a registry.
  static final List<String> RESTLESS = List.of("latency", "quota", "lastSeen");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KeptResource resource;
  private final Instant now;
  private final ObjectNode status = JsonNodeFactory.instance.objectNode();

  private ResourceStatus(KeptResource resource, Instant now) {
    this.resource = resource;
    this.now = now;
  }

  /// The status of a resource.
  ///
  /// @param health of all registries that were asked
  static ObjectNode of(
      KeptResource resource,
      PolicyCombination combination,
      List<RegistryHealth> health,
      Instant now) {
    ResourceStatus writing = new ResourceStatus(resource, now);
    writing.accepted(combination);
    DecodedResource decoded = resource.inEffect().map(KeptResource.Form::decoded).orElse(null);
    switch (decoded) {
      case null -> {}
      case DecodedResource.OfPolicy _ -> writing.policy();
      case DecodedResource.OfException(var exception) -> writing.exception(exception);
      case DecodedResource.OfRegistry(var settings) -> writing.registry(settings, health);
    }
    return writing.status;
  }

  private void accepted(PolicyCombination combination) {
    status.put("observedGeneration", resource.generation());
    String overruled = combination.overruled().get(resource.uid());
    if (resource.rejection().isPresent()) {
      condition("Accepted", "False", "Invalid", ResourceMemory.consequence(resource));
    } else if (overruled != null) {
      condition("Accepted", "False", "DeclaredTwice", overruled + ". This one has no effect");
    } else if (combination.doubled().contains(resource.uid())) {
      condition(
          "Accepted",
          "True",
          "Valid",
          "In effect, beside a policy of the same name from a file: both hold");
    } else {
      condition("Accepted", "True", "Valid", "In effect");
    }
  }

  private void policy() {
    resource.enforcedSince().ifPresent(since -> status.put("enforcedSince", since.toString()));
    if (resource.rejection().isPresent()) {
      resource
          .inEffect()
          .ifPresent(form ->
              status
                  .putObject("inEffect")
                  .put("generation", form.generation())
                  .set("spec", form.spec()));
    }
  }

  private void exception(PolicyException exception) {
    if (now.isBefore(exception.expires())) {
      condition("Active", "True", "Running", "It ends at " + exception.expires());
    } else {
      condition("Active", "False", "Expired", "It ended at " + exception.expires());
    }
  }

  private void registry(RegistrySettings settings, List<RegistryHealth> health) {
    Optional<RegistryHealth> known =
        health.stream().filter(each -> each.host().equals(settings.host())).findFirst();
    if (known.isEmpty()) {
      condition("Reachable", "Unknown", "NotAsked", "The gate has not asked it yet");
      return;
    }
    RegistryHealth seen = known.get();
    if (seen.reachable()) {
      condition("Reachable", "True", "Answers", "It answers");
    } else {
      condition(
          "Reachable", "False", "NoAnswer", settings.host() + " " + seen.trouble().orElse("fails"));
    }
    seen.lastSeen()
        .ifPresent(moment -> {
          status.put("lastSeen", moment.truncatedTo(ChronoUnit.SECONDS).toString());
          status.put("latency", seen.latency().toMillis() + "ms");
        });
    seen.quota()
        .ifPresent(quota ->
            status
                .putObject("quota")
                .put("limit", quota.limit())
                .put("remaining", quota.remaining())
                .put("windowSeconds", quota.window().toSeconds()));
  }

  /// Keeps the moment of the last change of a condition that says the same.
  private void condition(String type, String value, String reason, String message) {
    ObjectNode condition = status.withArray("conditions").addObject();
    condition
        .put("type", type)
        .put("status", value)
        .put("reason", reason)
        .put("message", message)
        .put("observedGeneration", resource.generation())
        .put("lastTransitionTime", lastTransition(type, value));
  }

  private String lastTransition(String type, String value) {
    for (JsonNode old : resource.object().path("status").path("conditions")) {
      if (old.path("type").asText().equals(type)
          && old.path("status").asText().equals(value)
          && old.hasNonNull("lastTransitionTime")) {
        return old.path("lastTransitionTime").asText();
      }
    }
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// Whether two statuses say the same in some fields.
  static boolean agree(JsonNode one, @Nullable JsonNode other, List<String> fields) {
    return other != null
        && fields.stream()
            .allMatch(field -> comparable(one, field).equals(comparable(other, field)));
  }

  /// Read anew, since a number that was written may be of another type than the same one read.
  private static JsonNode comparable(JsonNode status, String field) {
    try {
      return JSON.readTree(status.path(field).toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
