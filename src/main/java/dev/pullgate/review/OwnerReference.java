package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;

/// What an object says of its owner. Whoever makes an object writes what he likes here: only the
/// owner itself, read by name and with this very uid, proves anything.
///
/// @param name that can stand in a path: the API server does not check what it is given
/// @param uid that the owner has to have
public record OwnerReference(OwnerKind kind, String namespace, String name, String uid) {
  /// A DNS name, as those of all built-in workloads are.
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

  /// The reference to the controller that made an object, where that can be a built-in one.
  static Optional<OwnerReference> controllerOf(JsonNode object, String namespace) {
    String childKind = object.path("kind").asText("");
    for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        String name = owner.path("name").asText("");
        String uid = owner.path("uid").asText("");
        return OwnerKind.of(owner.path("apiVersion").asText(""), owner.path("kind").asText(""))
            .filter(kind -> kind.owns(childKind))
            .filter(_ -> NAME.matcher(name).matches() && !uid.isEmpty())
            .map(kind -> new OwnerReference(kind, namespace, name, uid));
      }
    }
    return Optional.empty();
  }
}
