package dev.pullgate.registry;

import dev.pullgate.credential.CredentialSource;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.Resolution;
import java.util.ArrayList;
import java.util.List;

/// Makes one answer of those that several credentials got.
final class AttemptOutcomes {
  private AttemptOutcomes() {}

  /// The one that says most.
  ///
  /// @param outcomes at least one, in the order of the credentials
  static Resolution combined(List<Resolution> outcomes) {
    return outcomes.stream().reduce(AttemptOutcomes::stronger).orElseThrow();
  }

  /// Of two failures the one that says more: missing proof keeps the whole unproven, and an answer
  /// behind an accepted login says more than a refused login.
  private static Resolution stronger(Resolution earlier, Resolution later) {
    return weight(later) >= weight(earlier) ? joined(earlier, later) : earlier;
  }

  private static int weight(Resolution outcome) {
    return switch (outcome) {
      case Resolution.Found _ -> 3;
      case Resolution.Inconclusive _ -> 2;
      case Resolution.Absent _ -> 1;
      case Resolution.Refused _ -> 0;
    };
  }

  /// An answer after a refusal names the logins of both.
  private static Resolution joined(Resolution earlier, Resolution later) {
    if (!(earlier instanceof Resolution.Refused refused)) {
      return later;
    }
    return switch (later) {
      case Resolution.Found found ->
          new Resolution.Found(
              found.host(),
              found.foundDigest(),
              found.mediaType(),
              joined(refused.access(), found.access()));
      case Resolution.Refused again ->
          new Resolution.Refused(
              again.host(), again.status(), joined(refused.access(), again.access()));
      case Resolution.Absent _, Resolution.Inconclusive _ -> later;
    };
  }

  private static Access joined(Access earlier, Access later) {
    return new Access(
        joined(earlier.sent(), later.sent()), joined(earlier.incomplete(), later.incomplete()));
  }

  private static List<CredentialSource> joined(
      List<CredentialSource> earlier, List<CredentialSource> later) {
    List<CredentialSource> all = new ArrayList<>(earlier);
    all.addAll(later);
    return all;
  }
}
