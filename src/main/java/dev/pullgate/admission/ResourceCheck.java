package dev.pullgate.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/// Port: whether the gate could use an object of its own kinds.
public interface ResourceCheck {
  /// What is wrong with a policy, an exception or a registry: the field and a clause. Empty where
  /// nothing is.
  Optional<String> problem(JsonNode object);
}
