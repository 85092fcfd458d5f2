package dev.pullgate.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// One alternative of a node affinity. All its requirements have to hold; a term without any stands
/// for no node.
///
/// @param labels requirements of the node's labels
/// @param names requirements of the node's name, the one field that may be asked for
record NodeTerm(List<Requirement> labels, List<Requirement> names) {
  /// No affinity at all: names no value of any label.
  static final NodeTerm ANY = new NodeTerm(List.of(), List.of());

  NodeTerm {
    labels = List.copyOf(labels);
    names = List.copyOf(names);
  }

  record Requirement(String key, String operator, Set<String> values) {
    static Requirement of(JsonNode written) {
      Set<String> values = new HashSet<>();
      written.path("values").forEach(value -> values.add(value.asText("")));
      return new Requirement(
          written.path("key").asText(""), written.path("operator").asText(""), Set.copyOf(values));
    }

    boolean holds(@Nullable String value) {
      return switch (operator) {
        case "In" -> value != null && values.contains(value);
        case "NotIn" -> value == null || !values.contains(value);
        case "Exists" -> value != null;
        case "DoesNotExist" -> value == null;
        case "Gt" -> compares(value, order -> order > 0);
        case "Lt" -> compares(value, order -> order < 0);
        // Refused by the API server.
        default -> false;
      };
    }

    private boolean compares(@Nullable String value, IntPredicate wanted) {
      if (value == null || values.size() != 1) {
        return false;
      }
      try {
        return wanted.test(
            Long.compare(Long.parseLong(value), Long.parseLong(values.iterator().next())));
      } catch (NumberFormatException _) {
        return false;
      }
    }
  }

  static NodeTerm of(JsonNode written) {
    return new NodeTerm(
        requirements(written.path("matchExpressions")), requirements(written.path("matchFields")));
  }

  private static List<Requirement> requirements(JsonNode written) {
    List<Requirement> requirements = new ArrayList<>();
    written.forEach(requirement -> requirements.add(Requirement.of(requirement)));
    return requirements;
  }

  int size() {
    return names.size() + labels.stream().mapToInt(label -> 1 + label.values().size()).sum();
  }

  boolean matches(String name, Map<String, String> nodeLabels) {
    return !(labels.isEmpty() && names.isEmpty())
        && labels.stream().allMatch(label -> label.holds(nodeLabels.get(label.key())))
        && names.stream()
            .allMatch(field -> field.key().equals("metadata.name") && field.holds(name));
  }

  /// The values that a label may have by this term; empty where it leaves them open.
  Set<String> in(String label) {
    return labels.stream()
        .filter(requirement -> requirement.key().equals(label))
        .filter(requirement -> requirement.operator().equals("In"))
        .map(Requirement::values)
        .findFirst()
        .orElse(Set.of());
  }
}
