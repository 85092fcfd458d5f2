package dev.pullgate.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.policy.ImageGlob;
import dev.pullgate.policy.PolicyException;
import dev.pullgate.policy.Rule;
import dev.pullgate.resource.ExceptionSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns the `spec` of an ImagePolicyException into the form that is judged by.
final class ExceptionDecoder {
  private ExceptionDecoder() {}

  static PolicyException decode(String name, JsonNode node) throws FieldException {
    ExceptionSpec spec = StrictDecoder.decode(node, "/spec", ExceptionSpec.class);
    ExceptionSpec.MatchSpec match =
        spec.match() == null ? new ExceptionSpec.MatchSpec(null, null) : spec.match();
    String expires = spec.expires();
    if (expires == null) {
      throw new FieldException("/spec/expires", "is missing: every exception ends");
    }
    String reason = spec.reason();
    if (reason == null || reason.isBlank()) {
      throw new FieldException("/spec/reason", "is missing: say why for those who read it later");
    }
    return new PolicyException(
        name,
        Set.copyOf(required(spec.policies(), "/spec/policies")),
        rules(required(spec.rules(), "/spec/rules")),
        Set.copyOf(match.namespaces() == null ? List.of() : match.namespaces()),
        images(match.images()),
        reason,
        PolicyDecoder.moment(expires, "/spec/expires"));
  }

  private static List<String> required(@Nullable List<String> texts, String pointer)
      throws FieldException {
    if (texts == null || texts.isEmpty()) {
      throw new FieldException(pointer, "is missing: name at least one");
    }
    return texts;
  }

  private static Set<Rule> rules(List<String> ids) throws FieldException {
    Set<Rule> rules = EnumSet.noneOf(Rule.class);
    for (int i = 0; i < ids.size(); i++) {
      String id = ids.get(i);
      Optional<Rule> rule =
          Arrays.stream(Rule.values()).filter(each -> each.id().equals(id)).findFirst();
      if (rule.isEmpty()) {
        throw new FieldException(
            "/spec/rules/" + i,
            "is no rule; known: "
                + Arrays.stream(Rule.values()).map(Rule::id).collect(Collectors.joining(", ")));
      }
      rules.add(rule.get());
    }
    return rules;
  }

  private static List<ImageGlob> images(@Nullable List<String> texts) throws FieldException {
    List<ImageGlob> globs = new ArrayList<>();
    List<String> written = texts == null ? List.of() : texts;
    for (int i = 0; i < written.size(); i++) {
      try {
        globs.add(ImageGlob.of(written.get(i)));
      } catch (IllegalArgumentException e) {
        throw new FieldException("/spec/match/images/" + i, String.valueOf(e.getMessage()));
      }
    }
    return globs;
  }
}
