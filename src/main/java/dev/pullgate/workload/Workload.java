package dev.pullgate.workload;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An object that holds a pod's spec, read from its JSON tree. Whatever has another shape than the
/// API gives it is passed over: the API server refuses it afterwards.
public final class Workload {
  /// Where each kind keeps the pod or template, by `group/Kind`.
  private static final Map<String, String> POD_POINTERS =
      Map.of(
          "/Pod", "",
          "/PodTemplate", "/template",
          "/ReplicationController", "/spec/template",
          "apps/Deployment", "/spec/template",
          "apps/StatefulSet", "/spec/template",
          "apps/DaemonSet", "/spec/template",
          "apps/ReplicaSet", "/spec/template",
          "batch/Job", "/spec/template",
          "batch/CronJob", "/spec/jobTemplate/spec/template");

  private final JsonNode object;
  private final String podPointer;
  private final JsonNode pod;
  private final List<ImageField> loose;

  private Workload(JsonNode object, String podPointer, JsonNode pod, List<ImageField> loose) {
    this.object = object;
    this.podPointer = podPointer;
    this.pod = pod;
    this.loose = List.copyOf(loose);
  }

  /// A pod template of an object of a custom kind.
  static Workload template(JsonNode object, String pointer, JsonNode template) {
    return new Workload(object, pointer, template, List.of());
  }

  /// Images of an object of a custom kind that stand in no pod template.
  static Workload images(JsonNode object, List<ImageField> images) {
    return new Workload(object, "", MissingNode.getInstance(), images);
  }

  /// Reads an object by its `apiVersion` and `kind`; empty for a kind that holds no pod, or that is
  /// not known.
  public static Optional<Workload> of(JsonNode object) {
    String apiVersion = object.path("apiVersion").asText("");
    return Optional.ofNullable(
            POD_POINTERS.get(group(apiVersion) + "/" + object.path("kind").asText("")))
        .map(pointer ->
            new Workload(
                object, pointer, pointer.isEmpty() ? object : object.at(pointer), List.of()));
  }

  /// The group of an `apiVersion`; empty for the core group.
  public static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /// Whether the object is a pod, and not something that pods are made from.
  public boolean isPod() {
    return podPointer.isEmpty() && hasPod();
  }

  /// Whether a pod or a pod template is there, so that it is known which pull secrets will count.
  public boolean hasPod() {
    return loose.isEmpty();
  }

  /// The object as it was read.
  public JsonNode object() {
    return object;
  }

  /// The kind, for example `Deployment`.
  public String kind() {
    return object.path("kind").asText();
  }

  /// The name; the generated name's beginning where the server will choose the rest; else empty.
  public String name() {
    JsonNode metadata = object.path("metadata");
    String name = metadata.path("name").asText("");
    return name.isEmpty() ? metadata.path("generateName").asText("") : name;
  }

  /// The labels of the pod or the template.
  public Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    pod.path("metadata")
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }

  /// The names under `imagePullSecrets`, without empty ones.
  public List<String> pullSecretNames() {
    List<String> names = new ArrayList<>();
    for (JsonNode secret : spec().path("imagePullSecrets")) {
      String name = secret.path("name").asText("");
      if (!name.isEmpty() && !names.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /// The ServiceAccount of the pods.
  public String serviceAccount() {
    String name = spec().path("serviceAccountName").asText("");
    return name.isEmpty() ? "default" : name;
  }

  /// On which nodes the pods may run.
  public NodePlacement placement() {
    return NodePlacement.of(spec());
  }

  /// Every image value, in the order in which the kubelet pulls them.
  public List<ImageField> images() {
    List<ImageField> images = new ArrayList<>(loose);
    for (ImageField.List list : ImageField.List.OF_A_POD) {
      JsonNode elements = spec().path(list.field());
      for (int i = 0; elements.isArray() && i < elements.size(); i++) {
        read(list, elements.get(i), podPointer + "/spec/" + list.field() + "/" + i)
            .ifPresent(images::add);
      }
    }
    return images;
  }

  private static Optional<ImageField> read(
      ImageField.List list, JsonNode element, String elementPointer) {
    boolean otherVolume = list == ImageField.List.VOLUMES && !element.path("image").isObject();
    if (otherVolume || !element.isObject()) {
      return Optional.empty();
    }
    JsonNode image = element.at(JsonPointer.compile("/" + list.imagePath()));
    if (image.isMissingNode() && list == ImageField.List.VOLUMES) {
      return Optional.empty();
    }
    String pullPolicy = element.at(JsonPointer.compile("/" + list.policyPath())).asText("");
    return Optional.of(
        new ImageField(
            list,
            element.path("name").asText(""),
            elementPointer + "/" + list.imagePath(),
            image.asText(""),
            ImageField.PullPolicy.of(pullPolicy)));
  }

  private JsonNode spec() {
    return pod.path("spec");
  }
}
