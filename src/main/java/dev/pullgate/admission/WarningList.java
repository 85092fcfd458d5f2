package dev.pullgate.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Keeps warnings within what the API server passes on: 4,096 characters together, and beyond that
/// 256 of each, which would cut off the rule behind a long cause. Some are left to other webhooks.
///
/// @see <a
///   href="https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/endpoints/filters/warning.go">warning.go</a>
final class WarningList {
  private static final int MAX_WARNINGS = 10;
  private static final int MAX_TOTAL = 2_800;
  private static final int MAX_EACH = 256;
  private static final Pattern RULE = Pattern.compile(" \\[[a-z-]{1,40}](; admitted)?");

  private WarningList() {}

  /// The first warnings in full if they fit, else each cut in its middle.
  static List<String> bounded(List<String> warnings) {
    List<String> distinct = warnings.stream().distinct().toList();
    List<String> first =
        new ArrayList<>(distinct.subList(0, Math.min(distinct.size(), MAX_WARNINGS)));
    if (distinct.size() > MAX_WARNINGS) {
      first.add(
          "pullgate: and "
              + (distinct.size() - MAX_WARNINGS)
              + " more warnings, shown when these are mended");
    }
    int total = first.stream().mapToInt(warning -> length(warning)).sum();
    return total <= MAX_TOTAL ? first : first.stream().map(WarningList::cut).toList();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /// Keeps the rule, which stands behind the cause and before the advice.
  private static String cut(String warning) {
    if (length(warning) <= MAX_EACH) {
      return warning;
    }
    Optional<MatchResult> rule = RULE.matcher(warning).results().reduce((_, last) -> last);
    String named = rule.map(MatchResult::group).orElse("");
    int end = rule.map(MatchResult::end).orElse(0);
    String tail = named.isEmpty() ? "…" : end < warning.length() ? named + "…" : named;
    String cause = rule.isEmpty() ? warning : warning.substring(0, rule.get().start());
    int room = MAX_EACH - length(tail);
    return length(cause) <= room
        ? cause + tail
        : cause.substring(0, cause.offsetByCodePoints(0, room - 1))
            + (named.isEmpty() ? "" : "…")
            + tail;
  }
}
