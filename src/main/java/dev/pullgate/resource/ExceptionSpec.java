package dev.pullgate.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `spec` of an ImagePolicyException as authors write it. What is absent is null.
public record ExceptionSpec(
    @JsonPropertyDescription("The policies that it exempts from; an ImagePolicy as namespace/name.")
        @Required
        @Size(min = 1, max = Patterns.MAX_LIST)
        @Nullable List<@Size(max = 317) @Pattern(Patterns.POLICY) String> policies,
    @JsonPropertyDescription("The rules that it exempts from.") @Required @Size(min = 1, max = 64)
        @Nullable List<String> rules,
    @JsonPropertyDescription("Where it holds; everywhere where left out.")
        @Nullable MatchSpec match,
    @JsonPropertyDescription("Why, for those who read it later.")
        @Required
        @Size(min = 1, max = 1024)
        @Pattern("\\S")
        @Nullable String reason,
    @JsonPropertyDescription("When it ends, such as 2026-12-31T00:00:00Z.")
        @Required
        @Pattern(Patterns.MOMENT)
        @Nullable String expires) {
  /// Where an exception holds.
  public record MatchSpec(
      @JsonPropertyDescription("Names of namespaces; all where left out.")
          @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = 63) @Pattern(Patterns.NAMESPACE) String> namespaces,
      @JsonPropertyDescription("Globs, met by the source of an image; all where left out.")
          @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = Patterns.MAX_NAME) @Pattern(Patterns.IMAGE_GLOB) String>
              images) {}
}
