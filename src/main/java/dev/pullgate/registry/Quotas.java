package dev.pullgate.registry;

import dev.pullgate.review.RegistryQuota;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what an answer says of pulls that are left, such as `ratelimit-limit: 100;w=21600`.
///
/// @see <a href="https://docs.docker.com/docker-hub/usage/pulls/">Docker Hub, pull usage</a>
final class Quotas {
  private static final Pattern VALUE =
      Pattern.compile("\\s*(?<count>\\d{1,9})\\s*(?:;\\s*w=(?<window>\\d{1,9})\\s*)?");

  private Quotas() {}

  /// The quota, where limit and rest are stated.
  static Optional<RegistryQuota> read(Answer answer, Instant now) {
    Optional<Matcher> limit = matched(answer, "ratelimit-limit");
    Optional<Matcher> remaining = matched(answer, "ratelimit-remaining");
    if (limit.isEmpty() || remaining.isEmpty()) {
      return Optional.empty();
    }
    String window = limit.get().group("window");
    return Optional.of(
        new RegistryQuota(
            count(limit.get()),
            count(remaining.get()),
            Duration.ofSeconds(window == null ? 0 : Long.parseLong(window)),
            now));
  }

  private static Optional<Matcher> matched(Answer answer, String header) {
    return answer.header(header).map(VALUE::matcher).filter(Matcher::matches);
  }

  private static long count(Matcher value) {
    return Long.parseLong(String.valueOf(value.group("count")));
  }
}
