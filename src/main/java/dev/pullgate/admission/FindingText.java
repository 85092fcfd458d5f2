package dev.pullgate.admission;

import dev.pullgate.policy.Finding;
import dev.pullgate.review.Exemption;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Findings in the words that kubectl prints. What tenants wrote is escaped and cut, so that no
/// name can write to a terminal or push the rest out of sight.
final class FindingText {
  /// The column behind which the rule ids stand.
  private static final int RULE_COLUMN = 80;

  /// Of a line behind its indent.
  private static final int WIDTH = 94;

  private static final int MAX_PART = 600;
  private static final int MAX_ANNOTATION = 2_000;
  private static final int MAX_FINDINGS = 20;

  private FindingText() {}

  /// The message of a rejection, several lines long.
  static String denial(List<Finding> findings) {
    StringBuilder text = new StringBuilder("\n");
    List<Finding> shown = findings.subList(0, Math.min(findings.size(), MAX_FINDINGS));
    for (Finding finding : shown) {
      String headline = clean(finding.subject().container() + ": " + finding.message());
      text.append(headline)
          .repeat(' ', Math.max(1, RULE_COLUMN - headline.length()))
          .append('[')
          .append(finding.rule().id())
          .append("]\n");
      if (!finding.proof().isEmpty()) {
        text.append(wrapped(clean(finding.proof()) + "."));
      }
      text.append(repair(finding));
    }
    if (findings.size() > MAX_FINDINGS) {
      text.append("… and ").append(findings.size() - MAX_FINDINGS).append(" more\n");
    }
    return text.append(policies(findings)).append(".  ").append(pages(findings)).toString();
  }

  /// A command stands on a line of its own, and an image is not torn from what is said of it: both
  /// are copied.
  private static String repair(Finding finding) {
    String nearest = finding.evidence().get("nearestTags");
    String image = finding.evidence().get("proposedImage");
    if (nearest != null && image != null) {
      return wrapped("Nearest tags: " + clean(nearest) + ".  Fix: " + clean(image));
    }
    String command = finding.evidence().get("command");
    String repair = finding.repair();
    if (command != null && repair.endsWith(": " + command)) {
      String prose = repair.substring(0, repair.length() - command.length() - 1);
      return wrapped("Fix: " + clean(prose)) + "    " + clean(command) + '\n';
    }
    return image == null ? wrapped("Fix: " + clean(repair)) : "  Fix: " + clean(repair) + '\n';
  }

  /// Text with an indent, cut into lines at blanks; a longer word stays whole.
  private static String wrapped(String text) {
    StringBuilder lines = new StringBuilder();
    int begin = 0;
    while (begin < text.length()) {
      int end = text.length();
      if (end - begin > WIDTH) {
        int blank = text.lastIndexOf(' ', begin + WIDTH);
        blank = blank > begin ? blank : text.indexOf(' ', begin + WIDTH);
        end = blank < 0 ? text.length() : blank;
      }
      lines.append(begin == 0 ? "  " : "    ").append(text, begin, end).append('\n');
      begin = end + 1;
    }
    return lines.toString();
  }

  private static String policies(List<Finding> findings) {
    Map<String, String> modes = new LinkedHashMap<>();
    findings.forEach(finding -> modes.put(finding.policy(), finding.mode().toString()));
    return (modes.size() == 1 ? "Policy: " : "Policies: ")
        + modes.entrySet().stream()
            .map(policy -> policy.getKey() + " (" + policy.getValue() + ")")
            .collect(Collectors.joining(", "));
  }

  private static String pages(List<Finding> findings) {
    List<String> pages =
        findings.stream().map(finding -> finding.rule().page()).distinct().toList();
    return pages.size() == 1
        ? "About this rule: " + pages.getFirst()
        : "About each rule: docs/rules/";
  }

  /// A warning, on one line. What a mirror says is said by both webhooks, of which the mutating one
  /// knows no verdict yet: the same words, so that the API server shows them once.
  ///
  /// @param admitted whether the object is admitted all the same
  static String warning(Finding finding, boolean admitted) {
    String proof = finding.proof().isEmpty() ? "" : " (" + finding.proof() + ")";
    // Only validation knows owners.
    boolean mirror =
        finding.evidence().containsKey("mirror")
            && !finding.evidence().containsKey(Finding.EXISTING);
    return "pullgate: "
        + clean(finding.subject().container() + ": " + finding.message() + proof)
        + " ["
        + finding.rule().id()
        + "]"
        + (admitted && !mirror ? "; admitted" : "")
        + advice(finding);
  }

  /// Of a registry that gives no answer the warning says all that there is to do: wait.
  private static String advice(Finding finding) {
    return finding.rule().inconclusive() ? "" : ".  Fix: " + clean(finding.repair());
  }

  /// A warning that an exception, without which something would be found, ends soon.
  static String ending(Exemption exemption) {
    Finding finding = exemption.finding();
    return "pullgate: "
        + clean(finding.subject().container() + ": " + finding.message())
        + " ["
        + finding.rule().id()
        + "]; the exception "
        + exemption.exception().name()
        + " from this rule ends at "
        + exemption.exception().expires().truncatedTo(ChronoUnit.SECONDS)
        + ". Fix: "
        + clean(finding.repair());
  }

  /// All exemptions for the API server's audit log and the log, for example `old-shop unpinned
  /// /spec/containers/0/image`.
  static String exemptions(List<Exemption> exemptions) {
    return cut(
        exemptions.stream()
            .map(exemption ->
                exemption.exception().name()
                    + " "
                    + exemption.finding().rule().id()
                    + " "
                    + exemption.finding().subject().path())
            .collect(Collectors.joining("; ")));
  }

  /// All findings for the API server's audit log, for example `Warn unreachable
  /// /spec/containers/0/image`.
  static String annotation(List<Finding> findings) {
    String text =
        findings.stream()
            .map(finding ->
                finding.verdict() + " " + finding.rule().id() + " " + finding.subject().path())
            .collect(Collectors.joining("; "));
    return cut(text);
  }

  private static String cut(String text) {
    return text.length() <= MAX_ANNOTATION ? text : text.substring(0, MAX_ANNOTATION) + "…";
  }

  static String clean(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .forEach(point -> {
          if (isPrintable(point)) {
            clean.appendCodePoint(point);
          } else {
            clean.append("\\u%04x".formatted(point));
          }
        });
    if (clean.length() <= MAX_PART) {
      return clean.toString();
    }
    boolean withinPair = Character.isHighSurrogate(clean.charAt(MAX_PART - 1));
    return clean.substring(0, withinPair ? MAX_PART - 1 : MAX_PART) + "…";
  }

  /// Control characters move the cursor, and format characters turn the direction of text around.
  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
