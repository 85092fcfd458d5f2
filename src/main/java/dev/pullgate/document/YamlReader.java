package dev.pullgate.document;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// Reads YAML, of which JSON is a part, into trees that know where their values stand.
public final class YamlReader {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /// Aliases may repeat a value; a document that unfolds to more values than this is an attack.
  private static final int MAX_VALUES = 200_000;

  private static final int MAX_DEPTH = 100;

  private final String file;
  private final Map<String, Position> positions = new HashMap<>();
  private int values;

  private YamlReader(String file) {
    this.file = file;
  }

  /// Reads every document of a text; empty documents are left out.
  ///
  /// @param file for messages
  public static List<YamlDocument> read(String file, String text) throws DocumentException {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setSchema(new CoreSchema())
            // What aliases unfold to is counted here, where its place is known.
            .setMaxAliasesForCollections(Integer.MAX_VALUE)
            .build();
    List<YamlDocument> documents = new ArrayList<>();
    try {
      requireShallow(file, new Parse(settings).parseString(text));
      for (Node root : new Compose(settings).composeAllFromString(text)) {
        YamlReader reader = new YamlReader(file);
        JsonNode tree = reader.convert(root, "", 0);
        if (!tree.isNull()) {
          documents.add(new YamlDocument(file, tree, reader.positions));
        }
      }
    } catch (MarkedYamlEngineException e) {
      throw new DocumentException(
          List.of(
              file
                  + place(e.getProblemMark())
                  + ": not valid YAML: "
                  + String.valueOf(e.getProblem())));
    } catch (YamlEngineException _) {
      throw new DocumentException(List.of(file + ": not valid YAML"));
    }
    return documents;
  }

  /// Composing nodes is recursive, and reading events is not.
  private static void requireShallow(String file, Iterable<Event> events) throws DocumentException {
    int depth = 0;
    for (Event event : events) {
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        throw new DocumentException(
            List.of(file + place(event.getStartMark()) + ": the document is nested too deeply"));
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  private static String place(Optional<Mark> mark) {
    return mark.map(at -> ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1)).orElse("");
  }

  private JsonNode convert(Node node, String pointer, int depth) throws DocumentException {
    node.getStartMark()
        .ifPresent(
            mark -> positions.put(pointer, new Position(mark.getLine() + 1, mark.getColumn() + 1)));
    if (++values > MAX_VALUES) {
      throw at(node, "the document unfolds to too many values");
    }
    if (depth > MAX_DEPTH) {
      throw at(node, "the document is nested too deeply");
    }
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, pointer, depth);
      case SequenceNode sequence -> sequence(sequence, pointer, depth);
      case ScalarNode scalar -> scalar(scalar);
      default -> throw at(node, "a value of an unknown kind");
    };
  }

  private JsonNode mapping(MappingNode mapping, String pointer, int depth)
      throws DocumentException {
    ObjectNode object = NODES.objectNode();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw at(tuple.getKeyNode(), "a key that is no text");
      }
      String name = key.getValue();
      if (object.has(name)) {
        throw at(key, "the key " + name + " stands twice");
      }
      String child = pointer + JsonPointer.empty().appendProperty(name);
      object.set(name, convert(tuple.getValueNode(), child, depth + 1));
      key.getStartMark()
          .ifPresent(
              mark -> positions.put(child, new Position(mark.getLine() + 1, mark.getColumn() + 1)));
    }
    return object;
  }

  private JsonNode sequence(SequenceNode sequence, String pointer, int depth)
      throws DocumentException {
    ArrayNode array = NODES.arrayNode();
    for (Node element : sequence.getValue()) {
      array.add(convert(element, pointer + "/" + array.size(), depth + 1));
    }
    return array;
  }

  private JsonNode scalar(ScalarNode scalar) throws DocumentException {
    String value = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return NODES.booleanNode(Boolean.parseBoolean(value));
    }
    try {
      if (tag.equals(Tag.INT)) {
        return NODES.numberNode(integer(value));
      }
      if (tag.equals(Tag.FLOAT)) {
        return NODES.numberNode(Double.parseDouble(value));
      }
    } catch (NumberFormatException _) {
      throw at(scalar, "a number that cannot be read");
    }
    return NODES.textNode(value);
  }

  /// By the core schema `010` is ten; only `0o10` is octal.
  private static long integer(String value) {
    if (value.startsWith("0o")) {
      return Long.parseLong(value.substring(2), 8);
    }
    return value.startsWith("0x") ? Long.parseLong(value.substring(2), 16) : Long.parseLong(value);
  }

  private DocumentException at(Node node, String clause) {
    return new DocumentException(List.of(file + place(node.getStartMark()) + ": " + clause));
  }
}
