package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.workload.CustomKinds;
import dev.pullgate.workload.ImageField;
import dev.pullgate.workload.Workload;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which images of an object of a custom kind are looked at: on an update those that stood nowhere
/// in the stored object. Its lists have no names by which to tell what only moved.
final class CustomScope {
  private CustomScope() {}

  /// A template with images to look at.
  record Changed(Workload template, List<ImageField> fields) {
    Changed {
      fields = List.copyOf(fields);
    }
  }

  static List<Changed> changed(CustomKinds kinds, ReviewRequest request) {
    if (!ReviewScope.mayPull(request)) {
      return List.of();
    }
    Set<String> stored =
        request.oldObject().filter(_ -> request.operation().equals("UPDATE")).stream()
            .flatMap(old -> images(kinds, old))
            .collect(Collectors.toSet());
    return kinds.templates(request.object()).stream()
        .map(template ->
            new Changed(
                template,
                template.images().stream()
                    .filter(field -> !stored.contains(field.image()))
                    .toList()))
        .filter(changed -> !changed.fields().isEmpty())
        .toList();
  }

  private static Stream<String> images(CustomKinds kinds, JsonNode object) {
    return kinds.templates(object).stream()
        .flatMap(template -> template.images().stream())
        .map(ImageField::image);
  }
}
