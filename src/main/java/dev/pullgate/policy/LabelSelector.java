package dev.pullgate.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// A Kubernetes label selector; without requirements it selects everything.
///
/// @param requirements all of which must hold
/// @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels
///   and Selectors</a>
public record LabelSelector(List<Requirement> requirements) {
  /// Selects everything.
  public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  /// Copies the requirements.
  public LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /// How a requirement looks at the value of its key.
  public enum Operator {
    /// The value is one of those given.
    IN,
    /// The value is none of those given, or the key is absent.
    NOT_IN,
    /// The key is there.
    EXISTS,
    /// The key is absent.
    DOES_NOT_EXIST
  }

  /// One condition on one key.
  ///
  /// @param values for `IN` and `NOT_IN`; empty otherwise
  public record Requirement(String key, Operator operator, Set<String> values) {
    /// Copies the values.
    public Requirement {
      values = Set.copyOf(values);
    }

    boolean holds(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case IN -> value != null && values.contains(value);
        case NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case DOES_NOT_EXIST -> value == null;
      };
    }
  }

  /// Whether an object with these labels is selected.
  public boolean selects(Map<String, String> labels) {
    return requirements.stream().allMatch(requirement -> requirement.holds(labels));
  }
}
