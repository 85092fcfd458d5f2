package dev.pullgate.admission;

import dev.pullgate.review.Deadline;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The API server says with `?timeout=` how long it waits for the whole call.
final class CallDeadline {
  private static final Pattern GO_DURATION =
      Pattern.compile(
          "(?:(?<hours>\\d{1,4})h)?(?:(?<minutes>\\d{1,4})m)?"
              + "(?:(?<seconds>\\d{1,5}(?:\\.\\d{1,9})?)s)?|(?<millis>\\d{1,3}(?:\\.\\d{1,6})?)ms");

  /// The API server's own limit where it says none.
  private static final Duration DEFAULT = Duration.ofSeconds(10);

  private static final Duration MAX = Duration.ofSeconds(30);

  /// Time to write the answer and bring it back.
  private static final Duration MAX_RESERVE = Duration.ofMillis(500);

  private static final Duration MIN_TO_READ = Duration.ofSeconds(1);

  private CallDeadline() {}

  /// The deadline of a call that begins now: its time less a tenth, at most half a second.
  ///
  /// @param timeout the query parameter, such as `10s`
  static Deadline of(InstantSource clock, @Nullable String timeout) {
    Duration whole = parse(timeout);
    Duration tenth = whole.dividedBy(10);
    Duration reserve = tenth.compareTo(MAX_RESERVE) < 0 ? tenth : MAX_RESERVE;
    return Deadline.after(clock, whole.minus(reserve));
  }

  /// How long the body of a call may take: as long as the caller waits, and a moment at least,
  /// since rules that need no registry are answered after the deadline too.
  static Duration toRead(Deadline deadline) {
    Duration left = deadline.remaining();
    return left.compareTo(MIN_TO_READ) < 0 ? MIN_TO_READ : left;
  }

  private static Duration parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return DEFAULT;
    }
    Matcher matcher = GO_DURATION.matcher(text);
    if (!matcher.matches()) {
      return DEFAULT;
    }
    double total =
        number(matcher, "hours") * 3600
            + number(matcher, "minutes") * 60
            + number(matcher, "seconds")
            + number(matcher, "millis") / 1000;
    Duration parsed = Duration.ofMillis((long) (total * 1000));
    if (parsed.isZero()) {
      return DEFAULT;
    }
    return parsed.compareTo(MAX) > 0 ? MAX : parsed;
  }

  private static double number(Matcher matcher, String group) {
    String text = matcher.group(group);
    return text == null ? 0 : Double.parseDouble(text);
  }
}
