package dev.pullgate.workload;

import com.fasterxml.jackson.databind.JsonNode;

/// Lets a pod run on a node with a taint.
///
/// @param key empty with `Exists` for every taint
/// @param operator `Equal` where it is empty
/// @param effect empty for every effect
/// @see <a
///   href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">Taints
///   and tolerations</a>
record Toleration(String key, String operator, String value, String effect) {
  static Toleration of(JsonNode written) {
    return new Toleration(
        written.path("key").asText(""),
        written.path("operator").asText(""),
        written.path("value").asText(""),
        written.path("effect").asText(""));
  }

  boolean tolerates(Taint taint) {
    if (!effect.isEmpty() && !effect.equals(taint.effect())) {
      return false;
    }
    if (!key.isEmpty() && !key.equals(taint.key())) {
      return false;
    }
    return switch (operator) {
      case "Exists" -> true;
      case "", "Equal" -> !key.isEmpty() && value.equals(taint.value());
      case "Gt" -> compared(taint) > 0;
      case "Lt" -> compared(taint) < 0;
      default -> false;
    };
  }

  /// The taint's number against the toleration's; zero where either is none.
  private int compared(Taint taint) {
    try {
      return Long.compare(Long.parseLong(taint.value()), Long.parseLong(value));
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
