package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/// What a case says of the cluster: `objects: […]`, and `unreadable: [KIND, …]` for kinds that the
/// gate may not read. A case with neither fails when an owner is asked for: nothing may be asked
/// for unawares.
record ScriptedOwners(JsonNode written) implements OwnerSource {
  /// No owner may be asked for.
  static ScriptedOwners none() {
    return new ScriptedOwners(MissingNode.getInstance());
  }

  @Override
  public Answer owner(OwnerReference reference, Deadline deadline) {
    return read(reference.kind().kind(), reference.name());
  }

  @Override
  public Answer revisions(JsonNode owner, String namespace, Deadline deadline) {
    return switch (owner.path("kind").asText()) {
      case "Deployment" -> read("ReplicaSet", "");
      case "StatefulSet", "DaemonSet" -> read("ControllerRevision", "");
      default -> new Answer.Read(List.of());
    };
  }

  private Answer read(String kind, String name) {
    if (!written.has("objects") && !written.has("unreadable")) {
      throw new AssertionError("nobody expected a request for " + kind + " " + name);
    }
    for (JsonNode unreadable : written.path("unreadable")) {
      if (unreadable.asText().equals(kind)) {
        return new Answer.Unread(kind + " could not be read");
      }
    }
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode object : written.path("objects")) {
      boolean named = name.isEmpty() || object.path("metadata").path("name").asText().equals(name);
      if (object.path("kind").asText().equals(kind) && named) {
        found.add(object);
      }
    }
    return new Answer.Read(found);
  }
}
