package dev.pullgate.admission;

import dev.pullgate.policy.Finding;
import dev.pullgate.policy.Mode;
import dev.pullgate.policy.Verdict;
import dev.pullgate.review.ReviewResult;
import dev.pullgate.workload.JsonPatch;
import java.util.ArrayList;
import java.util.HashMap;
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
    warnings = WarningList.bounded(warnings);
    auditAnnotations = Map.copyOf(auditAnnotations);
  }

  static AdmissionAnswer of(ReviewResult result) {
    List<String> warnings = new ArrayList<>();
    for (Finding finding : result.with(Verdict.WARN)) {
      warnings.add(FindingText.warning(finding, result.allowed()));
    }
    result.exemptions().stream()
        .filter(exemption -> exemption.endsSoon() && exemption.finding().mode() != Mode.AUDIT)
        .map(FindingText::ending)
        .forEach(warnings::add);
    Map<String, String> annotations = new HashMap<>();
    if (!result.findings().isEmpty()) {
      annotations.put("findings", FindingText.annotation(result.findings()));
    }
    if (!result.exemptions().isEmpty()) {
      annotations.put("exemptions", FindingText.exemptions(result.exemptions()));
    }
    return new AdmissionAnswer(
        result.allowed(),
        result.allowed() ? "" : FindingText.denial(result.with(Verdict.DENY)),
        warnings,
        result.patch(),
        annotations);
  }

  static AdmissionAnswer admitted() {
    return new AdmissionAnswer(true, "", List.of(), new JsonPatch(), Map.of());
  }

  static AdmissionAnswer denied(String message) {
    return new AdmissionAnswer(false, message, List.of(), new JsonPatch(), Map.of());
  }

  static AdmissionAnswer admittedUnread(String warning) {
    return new AdmissionAnswer(true, "", List.of(warning), new JsonPatch(), Map.of());
  }
}
