package dev.pullgate.workload;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Collects the changes to one pod, and keeps the original references in one annotation.
///
/// The annotation is a note for people. What stood in it before counts only where it agrees with
/// the mirrors, since tenants can write it too.
public final class PodRewrite {
  /// The annotation, a JSON object such as `{"containers/web":"nginx:1.27"}`.
  public static final String ANNOTATION = "pullgate.dev/original-images";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Workload pod;
  private final JsonPatch patch = new JsonPatch();
  private final Map<String, String> originals = new TreeMap<>();
  private final Set<String> pullSecrets = new LinkedHashSet<>();
  private boolean rewritten;

  /// Begins without a change.
  public PodRewrite(Workload pod) {
    this.pod = pod;
  }

  /// What the annotation of the pod says now, by [ImageField#key()]; nothing where it is no JSON
  /// object of texts.
  public Map<String, String> annotated() {
    Map<String, String> annotated = new LinkedHashMap<>();
    JsonNode text = pod.object().path("metadata").path("annotations").path(ANNOTATION);
    try {
      MAPPER
          .readTree(text.asText("{}"))
          .properties()
          .forEach(entry -> {
            if (entry.getValue().isTextual()) {
              annotated.put(entry.getKey(), entry.getValue().textValue());
            }
          });
    } catch (JsonProcessingException _) {
      return Map.of();
    }
    return annotated;
  }

  /// Gives an image another reference.
  public void replace(ImageField field, String image) {
    if (!field.image().equals(image)) {
      patch.replace(field.pointer(), image);
      rewritten = true;
    }
  }

  /// Remembers what an image was called before. The subresource of ephemeral containers keeps no
  /// annotation, so theirs are left out.
  public void remember(ImageField field, String original) {
    if (field.list() != ImageField.List.EPHEMERAL_CONTAINERS) {
      originals.put(field.key(), original);
    }
  }

  /// Adds a pull secret to the pod, where it does not name it already.
  public void addPullSecret(String name) {
    pullSecrets.add(name);
  }

  /// The changes so far, the annotation among them.
  public JsonPatch finish() {
    List<String> present = pod.pullSecretNames();
    pullSecrets.removeIf(present::contains);
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (!pullSecrets.isEmpty() && !pod.object().at("/spec/imagePullSecrets").isArray()) {
      patch.add("/spec/imagePullSecrets", nodes.arrayNode());
    }
    for (String name : pullSecrets) {
      patch.add("/spec/imagePullSecrets/-", nodes.objectNode().put("name", name));
    }
    annotate();
    return patch;
  }

  private void annotate() {
    JsonNode metadata = pod.object().path("metadata");
    JsonNode annotations = metadata.path("annotations");
    if (!rewritten || originals.isEmpty() || originals.equals(annotated())) {
      return;
    }
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    originals.forEach(value::put);
    if (!metadata.isObject()) {
      patch.add("/metadata", JsonNodeFactory.instance.objectNode());
    }
    if (!annotations.isObject()) {
      patch.add("/metadata/annotations", JsonNodeFactory.instance.objectNode());
    }
    patch.add(
        "/metadata/annotations" + JsonPointer.empty().appendProperty(ANNOTATION),
        JsonNodeFactory.instance.textNode(value.toString()));
  }
}
