package dev.pullgate.admission;

import dev.pullgate.policy.Verdict;
import dev.pullgate.review.ReviewResult;
import dev.pullgate.workload.JsonPatch;
import java.util.List;
import java.util.Map;

/// The answer to one review, in the words that users see.
///
/// @param message why the object is rejected; empty for an admission
/// @param warnings that kubectl prints
/// @param patch to the object
/// @param auditAnnotations for the API server's audit log
record AdmissionAnswer(
    boolean allowed,
    String message,
    List<String> warnings,
    JsonPatch patch,
    Map<String, String> auditAnnotations) {
  AdmissionAnswer {
    warnings = List.copyOf(warnings);
    auditAnnotations = Map.copyOf(auditAnnotations);
  }

  static AdmissionAnswer of(ReviewResult result) {
    List<String> warnings =
        result.with(Verdict.WARN).stream()
            .map(finding -> FindingText.warning(finding, result.allowed()))
            .toList();
    Map<String, String> annotations =
        result.findings().isEmpty()
            ? Map.of()
            : Map.of("findings", FindingText.annotation(result.findings()));
    return new AdmissionAnswer(
        result.allowed(),
        result.allowed() ? "" : FindingText.denial(result.with(Verdict.DENY)),
        warnings,
        result.patch(),
        annotations);
  }

  static AdmissionAnswer admittedUnread(String warning) {
    return new AdmissionAnswer(true, "", List.of(warning), new JsonPatch(), Map.of());
  }
}
