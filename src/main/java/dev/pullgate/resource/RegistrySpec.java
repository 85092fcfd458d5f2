package dev.pullgate.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/// The `spec` of a Registry, field by field as authors write it. What is absent is null.
///
/// @param timeout such as `2s` or `500ms`
public record RegistrySpec(
    @JsonPropertyDescription("The host as images name it, with the port if there is one.")
        @Required
        @Size(max = 261)
        @Pattern(Patterns.HOST)
        @ValidationRule(
            value = Patterns.IS_HOST,
            message = "must be a host with a dot or a port, such as registry.example.com:5000")
        @Nullable String host,
    @JsonPropertyDescription("HTTPS or HTTP. Default: HTTPS.") @Nullable SchemeText scheme,
    @JsonPropertyDescription("PEM certificates to trust beside the system's.")
        @Size(max = 262_144)
        @Pattern(Patterns.CERTIFICATE)
        @Nullable String caBundle,
    @JsonPropertyDescription(
            "Whether the nodes have a login of their own, so that no pull secret is asked for.")
        @Nullable Boolean nodeCredentials,
    @JsonPropertyDescription(
            "A secret in the gate's namespace that stands for what the nodes have.")
        @Size(min = 1, max = 253)
        @Pattern(Patterns.OBJECT)
        @Nullable String credentials,
    @JsonPropertyDescription("Where the nodes' runtime really pulls from, if elsewhere.")
        @Size(max = 261)
        @Pattern(Patterns.HOST)
        @ValidationRule(
            value = Patterns.IS_HOST,
            message = "must be a host with a dot or a port, such as registry.example.com:5000")
        @Nullable String endpoint,
    @JsonPropertyDescription("How many requests a second the gate sends at most.")
        @Min(1)
        @Max(1_000)
        @Nullable Integer requestsPerSecond,
    @JsonPropertyDescription("How many requests are under way at once at most.") @Min(1) @Max(200)
        @Nullable Integer maxConcurrent,
    @JsonPropertyDescription("For one request, such as 2s or 500ms; at most 30s.")
        @Pattern(Patterns.DURATION)
        @Size(max = 8)
        @ValidationRule(
            value = "duration(self) > duration('0s') && duration(self) <= duration('30s')",
            message = "must be between 1ms and 30s")
        @Nullable String timeout) {

  /// How a registry is asked.
  public enum SchemeText {
    HTTPS,
    HTTP
  }
}
