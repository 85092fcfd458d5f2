package dev.pullgate.app;

import dev.pullgate.policy.PolicyException;
import dev.pullgate.review.Exemption;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Says in time that an exception ends: two weeks before, a day before, and when it has ended. Its
/// end is a metric too.
final class ExceptionEnds {
  private final MultiGauge ends;
  private final Map<Ending, Stage> said = new HashMap<>();

  private enum Stage {
    FAR,
    SOON,
    TOMORROW,
    ENDED
  }

  /// An exception that is prolonged is announced anew.
  private record Ending(String name, Instant expires) {}

  ExceptionEnds(MeterRegistry meters) {
    this.ends =
        MultiGauge.builder("pullgate.policy.exception.expiry.timestamp")
            .baseUnit("seconds")
            .register(meters);
  }

  /// What has to be said now and was not said yet, a sentence each.
  List<String> look(List<PolicyException> exceptions, Instant now) {
    ends.register(
        exceptions.stream()
            .map(exception ->
                MultiGauge.Row.of(
                    Tags.of("exception", exception.name()), exception.expires().getEpochSecond()))
            .toList(),
        true);
    Set<Ending> present = new HashSet<>();
    List<String> sentences = new ArrayList<>();
    for (PolicyException exception : exceptions) {
      Ending ending = new Ending(exception.name(), exception.expires());
      present.add(ending);
      Stage stage = stage(exception.expires(), now);
      if (stage.compareTo(said.getOrDefault(ending, Stage.FAR)) > 0) {
        sentences.add(sentence(exception, stage));
      }
      said.put(ending, stage);
    }
    said.keySet().retainAll(present);
    return sentences;
  }

  private static Stage stage(Instant expires, Instant now) {
    if (!now.isBefore(expires)) {
      return Stage.ENDED;
    }
    Duration left = Duration.between(now, expires);
    if (left.compareTo(Duration.ofDays(1)) <= 0) {
      return Stage.TOMORROW;
    }
    return left.compareTo(Duration.ofDays(Exemption.NOTICE_DAYS)) <= 0 ? Stage.SOON : Stage.FAR;
  }

  private static String sentence(PolicyException exception, Stage stage) {
    String what =
        "the exception %s from %s of %s"
            .formatted(
                exception.name(),
                String.join(
                    ", ", exception.rules().stream().map(Object::toString).sorted().toList()),
                String.join(", ", exception.policies().stream().sorted().toList()));
    Instant expires = exception.expires().truncatedTo(ChronoUnit.SECONDS);
    return stage == Stage.ENDED
        ? what + " ended at " + expires + " and has no effect any more; delete it"
        : what
            + " ends at "
            + expires
            + "; until then repair what pullgate_policy_exception_uses_total still counts, or"
            + " prolong it";
  }
}
