package dev.pullgate.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.pullgate.image.Platform;
import dev.pullgate.policy.IndexContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads the platforms of an index of either kind, token by token, so that a hostile one takes no
/// more memory than its text.
///
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md">image-index.md</a>
/// @see <a
///   href="https://docs.docker.com/build/metadata/attestations/attestation-storage/">attestation
///   storage</a>
final class IndexParser {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(100).maxNameLength(10_000).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final int MAX_ENTRIES = 2_000;
  private static final String ATTESTATION = "vnd.docker.reference.type";
  private static final String UNKNOWN = "unknown";

  private IndexParser() {}

  /// One entry, as far as it counts here.
  private record Entry(Map<String, String> platform, boolean attestation) {}

  /// Whether a body is one JSON object.
  static boolean isObject(Body body) {
    try (JsonParser parser = JSON.createParser(body.stream())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException _) {
      return false;
    }
  }

  /// The platforms, each once, in the order of the index.
  static IndexContent platforms(Body body) {
    List<Entry> entries = new ArrayList<>();
    boolean index;
    try (JsonParser parser = JSON.createParser(body.stream())) {
      index = parser.nextToken() == JsonToken.START_OBJECT && entries(parser, entries);
    } catch (IOException _) {
      index = false;
    }
    if (!index) {
      return new IndexContent.Unread("what its registry serves as its index is none");
    }
    if (entries.size() > MAX_ENTRIES) {
      return new IndexContent.Unread("its index has more entries than are read");
    }
    return platforms(entries);
  }

  private static IndexContent platforms(List<Entry> entries) {
    List<Platform> platforms = new ArrayList<>();
    for (Entry entry : entries) {
      String os = entry.platform().getOrDefault("os", "");
      String architecture = entry.platform().getOrDefault("architecture", "");
      if (entry.attestation() || (os.equals(UNKNOWN) && architecture.equals(UNKNOWN))) {
        continue;
      }
      if (os.isEmpty() && architecture.isEmpty()) {
        return new IndexContent.Unread("an image of its index names no platform");
      }
      String variant = entry.platform().getOrDefault("variant", "");
      try {
        platforms.add(
            Platform.parse(os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant)));
      } catch (IllegalArgumentException _) {
        // No node has such a platform.
      }
    }
    return new IndexContent.Platforms(platforms.stream().distinct().toList());
  }

  /// Reads the fields of the index; false where it has no list of manifests.
  private static boolean entries(JsonParser parser, List<Entry> entries) throws IOException {
    boolean listed = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean manifests = parser.currentName().equals("manifests");
      if (parser.nextToken() == JsonToken.START_ARRAY && manifests) {
        listed = true;
        while (parser.nextToken() == JsonToken.START_OBJECT && entries.size() <= MAX_ENTRIES) {
          entries.add(entry(parser));
        }
        if (parser.currentToken() != JsonToken.END_ARRAY) {
          return entries.size() > MAX_ENTRIES;
        }
      } else {
        parser.skipChildren();
      }
    }
    return listed && parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
  }

  private static Entry entry(JsonParser parser) throws IOException {
    Map<String, String> platform = Map.of();
    boolean attestation = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_OBJECT && name.equals("platform")) {
        platform = texts(parser);
      } else if (value == JsonToken.START_OBJECT && name.equals("annotations")) {
        attestation = texts(parser).containsKey(ATTESTATION);
      } else {
        parser.skipChildren();
      }
    }
    return new Entry(platform, attestation);
  }

  /// The fields of an object that are short texts, in lower case as runtimes compare them.
  private static Map<String, String> texts(JsonParser parser) throws IOException {
    Map<String, String> texts = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_STRING) {
        texts.put(name, parser.getText().toLowerCase(Locale.ROOT));
      } else {
        parser.skipChildren();
      }
    }
    return texts;
  }
}
