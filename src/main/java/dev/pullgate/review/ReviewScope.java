package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.workload.ImageField;
import dev.pullgate.workload.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which images of a request are looked at: on an update only those that changed, and none where
/// nothing new will be pulled.
final class ReviewScope {
  private static final Set<String> SUBRESOURCES = Set.of("", "ephemeralcontainers");
  private static final String NODE_USER = "system:node:";
  private static final String MIRROR_POD_ANNOTATION = "kubernetes.io/config.mirror";

  private ReviewScope() {}

  /// The object to judge; empty where nothing is to be said.
  static Optional<Workload> workload(ReviewRequest request) {
    return Optional.of(request)
        .filter(ReviewScope::mayPull)
        .flatMap(pulling -> Workload.of(pulling.object()))
        .filter(workload -> !copied(workload, request))
        .filter(workload -> !staticPod(workload, request));
  }

  /// Whether what is done to an object, of whatever kind, can lead to a pull.
  static boolean mayPull(ReviewRequest request) {
    boolean update = request.operation().equals("UPDATE");
    if ((!update && !request.operation().equals("CREATE"))
        || !SUBRESOURCES.contains(request.subResource())) {
      return false;
    }
    // A new object cannot say of itself that it is being deleted: the stored one counts.
    return !update || request.oldObject().filter(ReviewScope::beingDeleted).isEmpty();
  }

  private static boolean beingDeleted(JsonNode object) {
    return object.path("metadata").hasNonNull("deletionTimestamp");
  }

  private static boolean copied(Workload workload, ReviewRequest request) {
    return BuiltInControllers.copies(workload.kind(), request.username());
  }

  private static boolean staticPod(Workload workload, ReviewRequest request) {
    return workload.isPod()
        && request.username().startsWith(NODE_USER)
        && workload.object().path("metadata").path("annotations").has(MIRROR_POD_ANNOTATION);
  }

  /// The images of the stored object by key; empty on creation.
  static Map<String, String> previousImages(ReviewRequest request) {
    Map<String, String> images = new HashMap<>();
    if (request.operation().equals("UPDATE")) {
      request
          .oldObject()
          .flatMap(Workload::of)
          .ifPresent(old -> old.images().forEach(field -> images.put(field.key(), field.image())));
    }
    return images;
  }

  /// The images that differ from the stored object.
  static List<ImageField> changed(Workload workload, Map<String, String> previous) {
    return workload.images().stream()
        .filter(field -> !field.image().equals(previous.get(field.key())))
        .toList();
  }
}
