package dev.pullgate.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// One document of a YAML or JSON file, with the place of every value.
///
/// @param file as the user named it
/// @param tree its content
/// @param positions by JSON pointer
public record YamlDocument(String file, JsonNode tree, Map<String, Position> positions) {
  /// Copies the positions.
  public YamlDocument {
    positions = Map.copyOf(positions);
  }

  /// The place of a value; of its nearest parent where the value itself is absent.
  public Position position(String pointer) {
    String at = pointer;
    while (!positions.containsKey(at) && !at.isEmpty()) {
      at = at.substring(0, at.lastIndexOf('/'));
    }
    return positions.getOrDefault(at, new Position(1, 1));
  }

  /// A problem with a value as one line for the author.
  String problem(String pointer, String clause) {
    Position position = position(pointer);
    String field = FieldException.fieldName(pointer);
    return file
        + ":"
        + position.line()
        + ":"
        + position.column()
        + ": "
        + (field.isEmpty() ? "" : field + ": ")
        + clause;
  }
}
