package dev.pullgate.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The kinds beside those of the API server in which images are looked for, as they are configured.
public final class CustomKinds {
  private final List<CustomKind> kinds;
  private final Map<String, CustomKind> byGroupAndKind = new HashMap<>();

  /// Takes the kinds; of two with the same group and kind the last one counts.
  public CustomKinds(List<CustomKind> kinds) {
    this.kinds = List.copyOf(kinds);
    kinds.forEach(kind -> byGroupAndKind.put(kind.group() + "/" + kind.kind(), kind));
  }

  /// None.
  public static CustomKinds none() {
    return new CustomKinds(List.of());
  }

  /// All of them.
  public List<CustomKind> all() {
    return kinds;
  }

  /// Whether an object is of one of the kinds, in whatever version.
  public boolean know(JsonNode object) {
    return kind(object).isPresent();
  }

  private Optional<CustomKind> kind(JsonNode object) {
    String group = Workload.group(object.path("apiVersion").asText(""));
    return Optional.ofNullable(byGroupAndKind.get(group + "/" + object.path("kind").asText("")));
  }

  /// Every pod template of an object, and its images outside of templates as one more; nothing for
  /// an object of another kind.
  public List<Workload> templates(JsonNode object) {
    return kind(object).map(kind -> templates(kind, object)).orElseGet(List::of);
  }

  private static List<Workload> templates(CustomKind kind, JsonNode object) {
    Map<String, Workload> templates = new LinkedHashMap<>();
    for (PointerPattern pattern : kind.podTemplates()) {
      for (PointerPattern.Match match : pattern.in(object)) {
        if (match.value().isObject()) {
          templates.computeIfAbsent(
              match.pointer(), pointer -> Workload.template(object, pointer, match.value()));
        }
      }
    }
    List<Workload> all = new ArrayList<>(templates.values());
    List<ImageField> images = images(kind, object);
    if (!images.isEmpty()) {
      all.add(Workload.images(object, images));
    }
    return all;
  }

  private static List<ImageField> images(CustomKind kind, JsonNode object) {
    Map<String, ImageField> images = new LinkedHashMap<>();
    for (PointerPattern pattern : kind.images()) {
      for (PointerPattern.Match match : pattern.in(object)) {
        String image = match.value().asText("");
        if (match.value().isTextual() && !isPlaceholder(image)) {
          images.putIfAbsent(
              match.pointer(),
              new ImageField(
                  ImageField.List.OTHER,
                  match.pointer(),
                  match.pointer(),
                  image,
                  ImageField.PullPolicy.UNSET));
        }
      }
    }
    return List.copyOf(images.values());
  }

  /// Tekton's `$(params.image)` and Argo's `{{inputs.parameters.image}}` are filled in before a pod
  /// is made of them; the pod is judged then.
  private static boolean isPlaceholder(String image) {
    return image.contains("$(") || image.contains("{{");
  }
}
