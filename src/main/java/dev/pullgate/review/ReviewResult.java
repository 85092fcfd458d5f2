package dev.pullgate.review;

import dev.pullgate.policy.Finding;
import dev.pullgate.policy.Verdict;
import dev.pullgate.workload.JsonPatch;
import java.util.List;

/// What a review comes to.
///
/// @param findings the strictest first
/// @param patch the changes to the object; empty for a validation
/// @param exemptions what was found and does not count, by an exception
public record ReviewResult(List<Finding> findings, JsonPatch patch, List<Exemption> exemptions) {
  /// Nothing to say.
  public static ReviewResult nothing() {
    return new ReviewResult(List.of(), new JsonPatch());
  }

  /// A result without exemptions.
  public ReviewResult(List<Finding> findings, JsonPatch patch) {
    this(findings, patch, List.of());
  }

  /// Copies the lists.
  public ReviewResult {
    findings = List.copyOf(findings);
    exemptions = List.copyOf(exemptions);
  }

  /// Whether the object is admitted.
  public boolean allowed() {
    return findings.stream().noneMatch(finding -> finding.verdict() == Verdict.DENY);
  }

  /// The findings with one verdict.
  public List<Finding> with(Verdict verdict) {
    return findings.stream().filter(finding -> finding.verdict() == verdict).toList();
  }
}
