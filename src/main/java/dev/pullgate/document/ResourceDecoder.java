package dev.pullgate.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.resource.Kinds;
import java.util.List;
import java.util.Map;

/// Decodes one object of the group `pullgate.dev`, from a file or from the cluster.
public final class ResourceDecoder {
  private static final List<String> FIELDS =
      List.of("apiVersion", "kind", "metadata", "spec", "status");

  private ResourceDecoder() {}

  /// Decodes a whole object: `apiVersion`, `kind`, `metadata` and `spec`.
  ///
  /// @throws FieldException with the first field that cannot be used
  public static DecodedResource decode(JsonNode tree) throws FieldException {
    String apiVersion = tree.path("apiVersion").asText("");
    if (!apiVersion.equals(Kinds.API_VERSION)) {
      throw new FieldException(
          "/apiVersion",
          apiVersion.isEmpty()
              ? "is missing"
              : "must be " + Kinds.API_VERSION + ", not " + apiVersion);
    }
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new FieldException("/" + field.getKey(), "unknown field");
      }
    }
    String name = tree.path("metadata").path("name").asText("");
    if (name.isEmpty()) {
      throw new FieldException("/metadata/name", "is missing");
    }
    JsonNode spec = tree.path("spec");
    return switch (tree.path("kind").asText("")) {
      case "ClusterImagePolicy" ->
          new DecodedResource.OfPolicy(PolicyDecoder.decode(name, null, spec));
      case "ImagePolicy" ->
          new DecodedResource.OfPolicy(PolicyDecoder.decode(name, namespace(tree), spec));
      case "Registry" -> new DecodedResource.OfRegistry(RegistryDecoder.decode(spec));
      case "ImagePolicyException" ->
          new DecodedResource.OfException(ExceptionDecoder.decode(name, spec));
      default ->
          throw new FieldException(
              "/kind", "must be ClusterImagePolicy, ImagePolicy, ImagePolicyException or Registry");
    };
  }

  private static String namespace(JsonNode tree) throws FieldException {
    String namespace = tree.path("metadata").path("namespace").asText("");
    if (namespace.isEmpty()) {
      throw new FieldException("/metadata/namespace", "is missing: an ImagePolicy is namespaced");
    }
    return namespace;
  }
}
