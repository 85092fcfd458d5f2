package dev.pullgate.resource;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `spec` of a ClusterImagePolicy or ImagePolicy, field by field as authors write it. What is
/// absent is null.
public record PolicySpec(
    @JsonPropertyDescription("What a broken rule does. Each section may say otherwise.")
        @Default("Enforce")
        @Nullable ModeText mode,
    @JsonPropertyDescription(
            "What the policy does to what was there before it began to enforce. Default: Warn.")
        @Nullable ExistingText existing,
    @JsonPropertyDescription(
            "Since when the policy counts as enforced, in place of status.enforcedSince.")
        @Pattern(Patterns.MOMENT)
        @Nullable String enforcedSince,
    @JsonPropertyDescription("Which objects and images; all where left out.")
        @Nullable MatchSpec match,
    @JsonPropertyDescription("What the policy leaves alone.") @Nullable ExcludeSpec exclude,
    @JsonPropertyDescription("Images need a tag or a digest.") @Nullable PinningSpec pinning,
    @JsonPropertyDescription("Images come from allowed registries.")
        @Nullable RegistriesSpec registries,
    @JsonPropertyDescription("Images exist.") @Nullable ResolutionSpec resolution,
    @JsonPropertyDescription("The pull secrets of private images are there and work.")
        @Nullable PullSecretsSpec pullSecrets,
    @JsonPropertyDescription("Where images come from instead; pods are rewritten.") @Size(max = 64)
        @Nullable List<MirrorSpec> mirrors,
    @JsonPropertyDescription("Whether digests are written into pods.")
        @Nullable DigestsSpec digests) {

  /// What a broken rule does.
  public enum ModeText {
    Enforce,
    Warn,
    Audit
  }

  /// What a rule does to what was there before.
  public enum ExistingText {
    Warn,
    Enforce
  }

  /// Which objects and images.
  public record MatchSpec(
      @JsonPropertyDescription("Over the labels of the namespace.")
          @Nullable SelectorSpec namespaceSelector,
      @JsonPropertyDescription(
              "Over the labels of the pod or template. Tenants own them: to opt in, never to exempt.")
          @Nullable SelectorSpec objectSelector,
      @JsonPropertyDescription(
              "Globs over registry/repository: * within a part, ** across parts; a host alone stands"
                  + " for everything in it.")
          @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = Patterns.MAX_NAME) @Pattern(Patterns.IMAGE_GLOB) String>
              images) {}

  /// A label selector.
  public record SelectorSpec(
      @JsonPropertyDescription("Labels that must be there with these values.") @Size(max = 64)
          @Nullable Map<String, String> matchLabels,
      @JsonPropertyDescription("Conditions all of which must hold.") @Size(max = 64)
          @Nullable List<RequirementSpec> matchExpressions) {}

  /// One condition of a label selector.
  @ValidationRule(
      value = "!(self.operator in ['In', 'NotIn']) || (has(self.values) && size(self.values) > 0)",
      message = "In and NotIn need values",
      fieldPath = ".values")
  @ValidationRule(
      value =
          "!(self.operator in ['Exists', 'DoesNotExist']) || !has(self.values) ||"
              + " size(self.values) == 0",
      message = "Exists and DoesNotExist take no values",
      fieldPath = ".values")
  public record RequirementSpec(
      @Required @Size(max = 317) @Pattern(Patterns.LABEL_KEY) @Nullable String key,
      @Required @Nullable OperatorText operator,
      @Size(max = 64)
          @Nullable List<@Size(max = 63) @Pattern(Patterns.LABEL_VALUE) String> values) {}

  /// How a condition looks at the label.
  public enum OperatorText {
    In,
    NotIn,
    Exists,
    DoesNotExist
  }

  /// What a policy leaves alone.
  public record ExcludeSpec(
      @JsonPropertyDescription("Names of namespaces.") @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = 63) @Pattern(Patterns.NAMESPACE) String> namespaces,
      @JsonPropertyDescription("Globs, met by the source of an image, not by its mirror.")
          @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = Patterns.MAX_NAME) @Pattern(Patterns.IMAGE_GLOB) String>
              images) {}

  /// Images need a tag or a digest.
  public record PinningSpec(
      @JsonPropertyDescription("In place of the policy's mode.") @Nullable ModeText mode,
      @JsonPropertyDescription("Tag or Digest. Default: Tag.") @Nullable RequireText require,
      @JsonPropertyDescription("Globs of tags that pin nothing. Default: [latest].")
          @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = 128) @Pattern(Patterns.TAG_GLOB) String> disallowedTags) {}

  /// What an image needs.
  public enum RequireText {
    Tag,
    Digest
  }

  /// Images come from allowed registries.
  public record RegistriesSpec(
      @JsonPropertyDescription("In place of the policy's mode.") @Nullable ModeText mode,
      @JsonPropertyDescription("Globs any of which must match; all where left out.")
          @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = Patterns.MAX_NAME) @Pattern(Patterns.IMAGE_GLOB) String> allow,
      @JsonPropertyDescription("Globs none of which may match; wins over allow.")
          @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = Patterns.MAX_NAME) @Pattern(Patterns.IMAGE_GLOB) String>
              deny) {}

  /// Images exist.
  ///
  /// @param platforms `Nodes`, `Skip` or a list of platforms
  public record ResolutionSpec(
      @JsonPropertyDescription("In place of the policy's mode.") @Nullable ModeText mode,
      @JsonPropertyDescription(
              "Which platforms an index has to serve: Nodes, Skip, or a list such as [linux/amd64]."
                  + " Default: Nodes.")
          @PreserveUnknownFields
          @Nullable JsonNode platforms,
      @JsonPropertyDescription("What missing proof does. Default: Allow.")
          @Nullable InconclusiveText onInconclusive) {}

  /// What missing proof does.
  public enum InconclusiveText {
    Allow,
    Deny
  }

  /// The pull secrets of private images are there and work.
  public record PullSecretsSpec(
      @JsonPropertyDescription("In place of the policy's mode.") @Nullable ModeText mode,
      @JsonPropertyDescription("Globs of registries that are known to ask for a login.")
          @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = Patterns.MAX_NAME) @Pattern(Patterns.IMAGE_GLOB) String>
              privateRegistries,
      @JsonPropertyDescription("Whether the credentials are tried. Default: true.")
          @Nullable Boolean verify) {}

  /// Where images come from instead.
  @ValidationRule(
      value = "!has(self.source) || !has(self.target) || self.source != self.target",
      message = "is the source itself",
      fieldPath = ".target")
  public record MirrorSpec(
      @JsonPropertyDescription("A registry, or a registry and path.")
          @Required
          @Size(max = Patterns.MAX_NAME)
          @Pattern(Patterns.PREFIX)
          @ValidationRule(
              value = Patterns.BEGINS_WITH_HOST,
              message =
                  "must be a registry host, with a dot or a port, and perhaps a path:"
                      + " example.com/path")
          @Nullable String source,
      @JsonPropertyDescription("What stands in the place of the source.")
          @Required
          @Size(max = Patterns.MAX_NAME)
          @Pattern(Patterns.PREFIX)
          @ValidationRule(
              value = Patterns.BEGINS_WITH_HOST,
              message =
                  "must be a registry host, with a dot or a port, and perhaps a path:"
                      + " example.com/path")
          @Nullable String target,
      @JsonPropertyDescription("Whether the mirror is asked before rewriting. Default: true.")
          @Nullable Boolean check,
      @JsonPropertyDescription(
              "What happens when it is proven that the mirror has not the image. Default: Source,"
                  + " which leaves it with a warning.")
          @Nullable FallbackText fallback,
      @JsonPropertyDescription("What happens when the mirror gives no proof. Default: Rewrite.")
          @Nullable OnUnprovenText onUnproven,
      @JsonPropertyDescription(
              "A secret added to the pod's imagePullSecrets when an image is rewritten.")
          @Size(min = 1, max = 253)
          @Pattern(Patterns.OBJECT)
          @Nullable String pullSecret,
      @Nullable MirrorExcludeSpec exclude) {}

  /// What happens when it is proven that the mirror has not the image.
  public enum FallbackText {
    Source,
    Deny
  }

  /// What happens when the mirror gives no proof.
  public enum OnUnprovenText {
    Rewrite,
    Source,
    Deny
  }

  /// What a mirror leaves alone.
  public record MirrorExcludeSpec(
      @JsonPropertyDescription(
              "group/Kind of owners whose pods are left alone: postgresql.cnpg.io/Cluster.")
          @Size(max = Patterns.MAX_LIST)
          @Nullable List<@Size(max = 317) @Pattern(Patterns.OWNER) String> owners) {}

  /// Whether digests are written into pods.
  public record DigestsSpec(
      @JsonPropertyDescription("None, or Pin: write name:tag@sha256 into pods. Default: None.")
          @Nullable DigestActionText action) {}

  /// What happens to digests.
  public enum DigestActionText {
    None,
    Pin
  }
}
