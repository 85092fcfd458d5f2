package dev.pullgate.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the gate says of a registry.
public record RegistryStatus(
    @JsonPropertyDescription("The generation that the gate has looked at last.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "Accepted: whether the spec is in effect, or why not. Reachable: whether it answered last,"
                + " or why not.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("How long the last answer took, such as 12ms.")
        @Nullable String latency,
    @JsonPropertyDescription("The quota that the registry told last.") @Nullable Quota quota,
    @JsonPropertyDescription("When it answered last.") @Nullable String lastSeen) {
  /// A quota as a registry tells it.
  public record Quota(
      @Nullable Long limit, @Nullable Long remaining, @Nullable Long windowSeconds) {}
}
