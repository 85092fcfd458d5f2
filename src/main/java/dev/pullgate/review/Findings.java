package dev.pullgate.review;

import dev.pullgate.policy.Finding;
import dev.pullgate.policy.Mode;
import dev.pullgate.policy.Rule;
import dev.pullgate.policy.Verdict;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Brings the findings of several policies and images together: the same fact is said once, by the
/// strictest policy, and the strictest verdicts come first.
final class Findings {
  /// What is wrong with a secret is wrong for the whole pod, not for one image.
  private static final Set<Rule> ABOUT_THE_POD =
      Set.of(Rule.PULL_SECRET_MISSING, Rule.PULL_SECRET_INVALID, Rule.PULL_SECRET_UNMATCHED);

  private static final Comparator<Finding> STRICTEST_FIRST =
      Comparator.comparing(Finding::verdict).thenComparing(Finding::mode);

  private record Key(Rule rule, String about) {}

  private Findings() {}

  static List<Finding> merge(Collection<Finding> findings) {
    Map<Key, Finding> strictest = new LinkedHashMap<>();
    for (Finding finding : findings) {
      strictest.merge(
          key(finding),
          finding,
          (one, other) -> STRICTEST_FIRST.compare(other, one) < 0 ? other : one);
    }
    return strictest.values().stream().sorted(Comparator.comparing(Finding::verdict)).toList();
  }

  private static Key key(Finding finding) {
    String secret = finding.evidence().get("secret");
    boolean aboutThePod = ABOUT_THE_POD.contains(finding.rule()) && secret != null;
    if (!aboutThePod) {
      return new Key(finding.rule(), finding.subject().path());
    }
    // A secret that serves none of two private registries has to be mended twice.
    String key = finding.verdict() == Verdict.DENY ? finding.evidence().get("key") : null;
    return new Key(finding.rule(), "secret " + secret + (key == null ? "" : " for " + key));
  }

  /// Leaves denials to the validating webhook, which says them all at once.
  static List<Finding> withoutDenials(List<Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.verdict() != Verdict.DENY)
        .filter(finding -> finding.mode() != Mode.AUDIT)
        .toList();
  }
}
