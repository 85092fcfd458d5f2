package dev.pullgate.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.review.ReviewRequest;

/// Judges policies, exceptions and registries themselves when they are applied: what the schema of
/// their kinds cannot say, and what it says less well.
final class OwnResources {
  private static final String GROUP = "pullgate.dev/";

  private final ResourceCheck check;

  OwnResources(ResourceCheck check) {
    this.check = check;
  }

  /// Whether an object is of the gate's own kinds.
  static boolean includes(JsonNode object) {
    return object.path("apiVersion").asText("").startsWith(GROUP);
  }

  /// The answer. One that is broken already may still be labelled, and deleted with its finalizers.
  AdmissionAnswer answer(ReviewRequest request) {
    JsonNode object = request.object();
    boolean unchanged =
        request
            .oldObject()
            .filter(old ->
                old.path("metadata").hasNonNull("deletionTimestamp")
                    || old.path("spec").equals(object.path("spec")))
            .isPresent();
    return unchanged
        ? AdmissionAnswer.admitted()
        : check
            .problem(object)
            .map(problem -> AdmissionAnswer.denied(FindingText.clean(problem)))
            .orElseGet(AdmissionAnswer::admitted);
  }
}
