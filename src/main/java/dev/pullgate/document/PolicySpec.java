package dev.pullgate.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `spec` of a ClusterImagePolicy or ImagePolicy, field by field as authors write it. What is
/// absent is null.
record PolicySpec(
    @Nullable ModeText mode,
    @Nullable ExistingText existing,
    @Nullable String enforcedSince,
    @Nullable MatchSpec match,
    @Nullable ExcludeSpec exclude,
    @Nullable PinningSpec pinning,
    @Nullable RegistriesSpec registries,
    @Nullable ResolutionSpec resolution,
    @Nullable PullSecretsSpec pullSecrets,
    @Nullable List<MirrorSpec> mirrors,
    @Nullable DigestsSpec digests) {

  /// What a broken rule does.
  enum ModeText {
    Enforce,
    Warn,
    Audit
  }

  /// What a rule does to what was there before.
  enum ExistingText {
    Warn,
    Enforce
  }

  record MatchSpec(
      @Nullable SelectorSpec namespaceSelector,
      @Nullable SelectorSpec objectSelector,
      @Nullable List<String> images) {}

  record SelectorSpec(
      @Nullable Map<String, String> matchLabels,
      @Nullable List<RequirementSpec> matchExpressions) {}

  record RequirementSpec(
      @Nullable String key, @Nullable OperatorText operator, @Nullable List<String> values) {}

  enum OperatorText {
    In,
    NotIn,
    Exists,
    DoesNotExist
  }

  record ExcludeSpec(@Nullable List<String> namespaces, @Nullable List<String> images) {}

  record PinningSpec(
      @Nullable ModeText mode,
      @Nullable RequireText require,
      @Nullable List<String> disallowedTags) {}

  enum RequireText {
    Tag,
    Digest
  }

  record RegistriesSpec(
      @Nullable ModeText mode, @Nullable List<String> allow, @Nullable List<String> deny) {}

  /// @param platforms `Nodes`, `Skip` or a list of platforms
  record ResolutionSpec(
      @Nullable ModeText mode,
      @Nullable JsonNode platforms,
      @Nullable InconclusiveText onInconclusive) {}

  enum InconclusiveText {
    Allow,
    Deny
  }

  record PullSecretsSpec(
      @Nullable ModeText mode,
      @Nullable List<String> privateRegistries,
      @Nullable Boolean verify) {}

  record MirrorSpec(
      @Nullable String source,
      @Nullable String target,
      @Nullable Boolean check,
      @Nullable FallbackText fallback,
      @Nullable OnUnprovenText onUnproven,
      @Nullable String pullSecret,
      @Nullable MirrorExcludeSpec exclude) {}

  enum FallbackText {
    Source,
    Deny
  }

  enum OnUnprovenText {
    Rewrite,
    Source,
    Deny
  }

  record MirrorExcludeSpec(@Nullable List<String> owners) {}

  record DigestsSpec(@Nullable DigestActionText action) {}

  enum DigestActionText {
    None,
    Pin
  }
}
