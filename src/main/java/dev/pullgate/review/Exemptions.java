package dev.pullgate.review;

import dev.pullgate.image.PolicyName;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.PolicyException;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The exceptions that hold for one review, and which of them were used.
final class Exemptions {
  private static final Duration NOTICE = Duration.ofDays(Exemption.NOTICE_DAYS);

  private final List<PolicyException> exceptions;
  private final Instant now;
  private final Map<Key, Exemption> used = new ConcurrentHashMap<>();

  private record Key(String exception, Rule rule, String path) {}

  /// @param now the moment of the review: what has expired then has no effect
  Exemptions(PolicySet policies, String namespace, Instant now) {
    this.now = now;
    this.exceptions =
        policies.exceptions().stream()
            .filter(exception -> exception.holdsIn(namespace, now))
            .sorted(Comparator.comparing(PolicyException::expires).reversed())
            .toList();
  }

  /// Leaves out the findings that do not count. Of several exceptions the one that lasts longest
  /// serves.
  ///
  /// @param policy the [dev.pullgate.policy.Policy#id] of the policy that found them
  /// @param source the image at its source; null for what is no reference
  List<Finding> without(String policy, @Nullable PolicyName source, List<Finding> findings) {
    return exceptions.isEmpty()
        ? findings
        : findings.stream().filter(finding -> !exempted(policy, source, finding)).toList();
  }

  private boolean exempted(String policy, @Nullable PolicyName source, Finding finding) {
    Optional<PolicyException> exception =
        exceptions.stream()
            .filter(candidate -> candidate.exempts(policy, finding.rule(), source))
            .findFirst();
    exception.ifPresent(found -> remember(found, finding));
    return exception.isPresent();
  }

  private void remember(PolicyException exception, Finding finding) {
    boolean endsSoon = exception.expires().isBefore(now.plus(NOTICE));
    Key key = new Key(exception.name(), finding.rule(), finding.subject().path());
    // An image is judged again when its registry has answered: the later repair knows more.
    used.put(key, new Exemption(exception, finding, endsSoon));
  }

  /// What did not count so far, by exception, rule and place.
  List<Exemption> used() {
    return used.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<Key, Exemption> entry) -> entry.getKey().exception())
                .thenComparing(entry -> entry.getKey().rule())
                .thenComparing(entry -> entry.getKey().path()))
        .map(Map.Entry::getValue)
        .toList();
  }
}
