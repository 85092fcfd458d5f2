package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.review.OwnerSource.Answer;
import dev.pullgate.workload.Workload;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The workload that an object goes back to: the Deployment of a pod, the CronJob of a Job, and the
/// object itself where a stored one is changed that nothing owns.
sealed interface RootOwner {
  /// It was read, with the uid that was asked for.
  record Known(JsonNode object) implements RootOwner {
    /// How messages name it, for example `Deployment "web"`.
    String label() {
      return object.path("kind").asText("")
          + " \""
          + object.path("metadata").path("name").asText("")
          + "\"";
    }

    String uid() {
      return object.path("metadata").path("uid").asText("");
    }

    boolean olderThan(Instant moment) {
      return RootOwner.older(object, moment);
    }
  }

  /// There is none, or not the one that the object names.
  record None() implements RootOwner {}

  /// Whether there is one could not be read.
  record Unread(String reason) implements RootOwner {}

  /// Follows the references from a request's object upwards. An owner of another kind cannot be
  /// read, so that what it owns counts as the root.
  static RootOwner of(
      ReviewRequest request, Workload workload, OwnerSource owners, Deadline deadline) {
    JsonNode current = stored(request).orElse(request.object());
    RootOwner root =
        stored(request).isPresent() && !workload.isPod() ? new Known(current) : new None();
    // Ends, since kinds own each other in one direction only.
    while (true) {
      Optional<OwnerReference> reference =
          OwnerReference.controllerOf(current, request.namespace());
      if (reference.isEmpty()) {
        return root;
      }
      switch (owners.owner(reference.get(), deadline)) {
        case Answer.Unread unread -> {
          return new Unread(unread.reason());
        }
        case Answer.Read read -> {
          Optional<JsonNode> owner =
              read.objects().stream()
                  .filter(object ->
                      object.path("metadata").path("uid").asText("").equals(reference.get().uid()))
                  .findFirst();
          if (owner.isEmpty()) {
            return new None();
          }
          current = owner.get();
          root = new Known(current);
        }
      }
    }
  }

  /// Whether there may be one, which is seen without reading anything.
  static boolean isPossible(ReviewRequest request, Workload workload) {
    JsonNode current = stored(request).orElse(request.object());
    return (stored(request).isPresent() && !workload.isPod())
        || OwnerReference.controllerOf(current, request.namespace()).isPresent();
  }

  /// On an update the references of the stored object count, not those that come with it.
  private static Optional<JsonNode> stored(ReviewRequest request) {
    return request.operation().equals("UPDATE") ? request.oldObject() : Optional.empty();
  }

  /// Whether an object was made before a moment. The API server keeps whole seconds: what was made
  /// within the second of the moment does not count as older.
  static boolean older(JsonNode object, Instant moment) {
    try {
      return Instant.parse(object.path("metadata").path("creationTimestamp").asText(""))
          .isBefore(moment.truncatedTo(ChronoUnit.SECONDS));
    } catch (DateTimeParseException _) {
      return false;
    }
  }
}
