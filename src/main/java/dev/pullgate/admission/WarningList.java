package dev.pullgate.admission;

import java.util.ArrayList;
import java.util.List;

/// Keeps warnings within what the API server passes on: 4,096 characters together, and beyond that
/// 256 of each, which would cut off the rule at the end. Some are left to other webhooks.
///
/// @see <a
///   href="https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/endpoints/filters/warning.go">warning.go</a>
final class WarningList {
  private static final int MAX_WARNINGS = 10;
  private static final int MAX_TOTAL = 2_800;
  private static final int MAX_EACH = 256;

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

  /// Keeps the end, which names the rule.
  private static String cut(String warning) {
    if (length(warning) <= MAX_EACH) {
      return warning;
    }
    String end = warning.substring(Math.max(0, warning.lastIndexOf(" [")));
    String tail = length(end) < MAX_EACH / 2 ? end : "";
    int head = warning.offsetByCodePoints(0, MAX_EACH - length(tail) - 1);
    return warning.substring(0, head) + "…" + tail;
  }
}
