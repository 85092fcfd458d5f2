package dev.pullgate.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.image.Platform;
import dev.pullgate.policy.ImageGlob;
import dev.pullgate.policy.LabelSelector;
import dev.pullgate.policy.Mode;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.TagGlob;
import dev.pullgate.resource.PolicySpec;
import dev.pullgate.resource.PolicySpec.ModeText;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Turns the `spec` of a policy into the form that is judged by, and checks what a type cannot say.
final class PolicyDecoder {
  private final String name;
  private final @Nullable String namespace;
  private final PolicySpec spec;
  private final Mode mode;

  private PolicyDecoder(String name, @Nullable String namespace, PolicySpec spec) {
    this.name = name;
    this.namespace = namespace;
    this.spec = spec;
    this.mode = mode(spec.mode(), Mode.ENFORCE);
  }

  /// Decodes a policy.
  ///
  /// @param namespace of an ImagePolicy; null for a ClusterImagePolicy
  static Policy decode(String name, @Nullable String namespace, JsonNode spec)
      throws FieldException {
    return new PolicyDecoder(name, namespace, StrictDecoder.decode(spec, "/spec", PolicySpec.class))
        .policy();
  }

  private Policy policy() throws FieldException {
    if (namespace != null && spec.mirrors() != null) {
      throw new FieldException("/spec/mirrors", "an ImagePolicy has no mirrors");
    }
    if (namespace != null && spec.digests() != null) {
      throw new FieldException("/spec/digests", "an ImagePolicy has no digests");
    }
    return new Policy(
        name,
        mode,
        enforcement(),
        scope(),
        new Policy.Sections(pinning(), registries(), resolution(), pullSecrets()),
        MirrorDecoder.decode(name, mode, orEmpty(spec.mirrors())),
        spec.digests() != null && spec.digests().action() == PolicySpec.DigestActionText.Pin);
  }

  private Policy.Enforcement enforcement() throws FieldException {
    return new Policy.Enforcement(
        spec.existing() == PolicySpec.ExistingText.Enforce,
        spec.enforcedSince() == null ? null : moment(spec.enforcedSince(), "/spec/enforcedSince"));
  }

  static Instant moment(String text, String pointer) throws FieldException {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException _) {
      throw new FieldException(pointer, "must be a moment such as 2026-01-31T12:00:00Z");
    }
  }

  private Policy.Scope scope() throws FieldException {
    PolicySpec.MatchSpec match =
        spec.match() == null ? new PolicySpec.MatchSpec(null, null, null) : spec.match();
    PolicySpec.ExcludeSpec exclude =
        spec.exclude() == null ? new PolicySpec.ExcludeSpec(null, null) : spec.exclude();
    return new Policy.Scope(
        namespace,
        selector(match.namespaceSelector(), "/spec/match/namespaceSelector"),
        selector(match.objectSelector(), "/spec/match/objectSelector"),
        globs(match.images(), "/spec/match/images"),
        Set.copyOf(orEmpty(exclude.namespaces())),
        globs(exclude.images(), "/spec/exclude/images"));
  }

  private Policy.@Nullable Pinning pinning() throws FieldException {
    PolicySpec.PinningSpec section = spec.pinning();
    if (section == null) {
      return null;
    }
    List<String> tags = section.disallowedTags();
    return new Policy.Pinning(
        mode(section.mode(), mode),
        section.require() == PolicySpec.RequireText.Digest,
        each(
            tags == null ? List.of("latest") : tags, "/spec/pinning/disallowedTags", TagGlob::new));
  }

  private Policy.@Nullable Registries registries() throws FieldException {
    PolicySpec.RegistriesSpec section = spec.registries();
    if (section == null) {
      return null;
    }
    return new Policy.Registries(
        mode(section.mode(), mode),
        section.allow() == null ? null : globs(section.allow(), "/spec/registries/allow"),
        globs(section.deny(), "/spec/registries/deny"));
  }

  private Policy.@Nullable Resolving resolution() throws FieldException {
    PolicySpec.ResolutionSpec section = spec.resolution();
    if (section == null) {
      return null;
    }
    return new Policy.Resolving(
        mode(section.mode(), mode),
        platforms(section.platforms()),
        section.onInconclusive() == PolicySpec.InconclusiveText.Deny);
  }

  private static Policy.WantedPlatforms platforms(@Nullable JsonNode written)
      throws FieldException {
    String pointer = "/spec/resolution/platforms";
    if (written == null || written.isNull()) {
      return new Policy.WantedPlatforms.Nodes();
    }
    if (!written.isArray()) {
      return switch (written.asText()) {
        case "Nodes" -> new Policy.WantedPlatforms.Nodes();
        case "Skip" -> new Policy.WantedPlatforms.Skip();
        default ->
            throw new FieldException(
                pointer, "must be Nodes, Skip, or a list such as [linux/amd64, linux/arm64]");
      };
    }
    List<String> texts = new ArrayList<>();
    written.forEach(platform -> texts.add(platform.asText()));
    if (texts.isEmpty()) {
      throw new FieldException(pointer, "is empty; write Skip to ask for none");
    }
    return new Policy.WantedPlatforms.Listed(each(texts, pointer, Platform::parse));
  }

  private Policy.@Nullable PullSecrets pullSecrets() throws FieldException {
    PolicySpec.PullSecretsSpec section = spec.pullSecrets();
    if (section == null) {
      return null;
    }
    Boolean verify = section.verify();
    return new Policy.PullSecrets(
        mode(section.mode(), mode),
        globs(section.privateRegistries(), "/spec/pullSecrets/privateRegistries"),
        verify == null || verify);
  }

  private static LabelSelector selector(PolicySpec.@Nullable SelectorSpec spec, String pointer)
      throws FieldException {
    if (spec == null) {
      return LabelSelector.EVERYTHING;
    }
    List<LabelSelector.Requirement> requirements = new ArrayList<>();
    if (spec.matchLabels() != null) {
      for (Map.Entry<String, String> label : spec.matchLabels().entrySet()) {
        String at =
            pointer + "/matchLabels/" + label.getKey().replace("~", "~0").replace("/", "~1");
        LabelGrammar.requireKey(label.getKey(), at);
        LabelGrammar.requireValue(label.getValue(), at);
        requirements.add(
            new LabelSelector.Requirement(
                label.getKey(), LabelSelector.Operator.IN, Set.of(label.getValue())));
      }
    }
    List<PolicySpec.RequirementSpec> expressions = orEmpty(spec.matchExpressions());
    for (int i = 0; i < expressions.size(); i++) {
      requirements.add(requirement(expressions.get(i), pointer + "/matchExpressions/" + i));
    }
    return new LabelSelector(requirements);
  }

  private static LabelSelector.Requirement requirement(
      PolicySpec.RequirementSpec spec, String pointer) throws FieldException {
    String key = spec.key();
    PolicySpec.OperatorText operator = spec.operator();
    if (key == null || key.isEmpty()) {
      throw new FieldException(pointer + "/key", "is missing");
    }
    if (operator == null) {
      throw new FieldException(pointer + "/operator", "is missing");
    }
    LabelGrammar.requireKey(key, pointer + "/key");
    List<String> written = orEmpty(spec.values());
    for (int i = 0; i < written.size(); i++) {
      LabelGrammar.requireValue(written.get(i), pointer + "/values/" + i);
    }
    Set<String> values = Set.copyOf(written);
    boolean needsValues =
        operator == PolicySpec.OperatorText.In || operator == PolicySpec.OperatorText.NotIn;
    if (needsValues == values.isEmpty()) {
      throw new FieldException(
          pointer + "/values",
          needsValues ? operator + " needs values" : operator + " takes no values");
    }
    return new LabelSelector.Requirement(
        key,
        switch (operator) {
          case In -> LabelSelector.Operator.IN;
          case NotIn -> LabelSelector.Operator.NOT_IN;
          case Exists -> LabelSelector.Operator.EXISTS;
          case DoesNotExist -> LabelSelector.Operator.DOES_NOT_EXIST;
        },
        values);
  }

  private static Mode mode(@Nullable ModeText text, Mode otherwise) {
    if (text == null) {
      return otherwise;
    }
    return switch (text) {
      case Enforce -> Mode.ENFORCE;
      case Warn -> Mode.WARN;
      case Audit -> Mode.AUDIT;
    };
  }

  private static List<ImageGlob> globs(@Nullable List<String> texts, String pointer)
      throws FieldException {
    return each(orEmpty(texts), pointer, ImageGlob::of);
  }

  private static <T> List<T> each(List<String> texts, String pointer, Function<String, T> read)
      throws FieldException {
    List<T> values = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      try {
        values.add(read.apply(texts.get(i)));
      } catch (IllegalArgumentException e) {
        throw new FieldException(pointer + "/" + i, String.valueOf(e.getMessage()));
      }
    }
    return values;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
