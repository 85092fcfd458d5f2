package dev.pullgate.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the gate says of a policy.
public record PolicyStatus(
    @JsonPropertyDescription("The generation that the gate has looked at last.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("Accepted: whether the spec is in effect, or why not.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription(
            "Since when the policy enforces in its present form. What is older goes on working,"
                + " with existing: Warn.")
        @Nullable String enforcedSince,
    @JsonPropertyDescription("What is in effect while the spec is not accepted.")
        @Nullable InEffect inEffect,
    @JsonPropertyDescription("What the last audit found.") @Nullable AuditStatus audit) {

  /// The last form of a policy that was accepted.
  ///
  /// @param generation of that form
  public record InEffect(
      @Nullable Long generation, @PreserveUnknownFields @Nullable JsonNode spec) {}

  /// Numbers of the last audit; it writes them itself.
  public record AuditStatus(
      @Nullable String lastRun,
      @JsonPropertyDescription("Objects that the policy looks at.") @Nullable Integer objects,
      @Nullable Integer denied,
      @Nullable Integer warned,
      @Nullable Integer inconclusive) {}
}
