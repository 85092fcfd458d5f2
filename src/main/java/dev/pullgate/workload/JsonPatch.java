package dev.pullgate.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/// The changes to one object, as RFC 6902 writes them.
public final class JsonPatch {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ArrayNode operations = NODES.arrayNode();

  /// Replaces an existing value.
  public void replace(String pointer, String value) {
    operation("replace", pointer, NODES.textNode(value));
  }

  /// Adds a member or an element, or replaces the member.
  public void add(String pointer, JsonNode value) {
    operation("add", pointer, value);
  }

  private void operation(String operation, String pointer, JsonNode value) {
    operations.addObject().put("op", operation).put("path", pointer).set("value", value);
  }

  /// Whether nothing changes.
  public boolean isEmpty() {
    return operations.isEmpty();
  }

  /// The array of operations.
  public ArrayNode operations() {
    return operations.deepCopy();
  }
}
