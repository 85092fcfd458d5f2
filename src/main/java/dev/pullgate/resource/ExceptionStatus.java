package dev.pullgate.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the gate says of an exception.
public record ExceptionStatus(
    @JsonPropertyDescription("The generation that the gate has looked at last.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription(
            "Accepted: whether the spec can be used, or why not. Active: whether it exempts now.")
        @Nullable List<Condition> conditions) {}
