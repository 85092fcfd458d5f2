package dev.pullgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.policy.Finding;
import dev.pullgate.policy.Mode;
import dev.pullgate.policy.PolicyException;
import dev.pullgate.policy.Rule;
import dev.pullgate.policy.Subject;
import dev.pullgate.policy.Verdict;
import dev.pullgate.review.Exemption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FindingTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`a\u001b[31mred`            | a\\u001b[31mred",
        "`a\u009b31mred`             | a\\u009b31mred",
        "`a\rb`                      | a\\u000db",
        "`a\nb`                      | a\\u000ab",
        "`a\tb`                      | a\\u0009b",
        "`a\u0007b`                  | a\\u0007b",
        "`a\bb`                      | a\\u0008b",
        "`a\u0000b`                  | a\\u0000b",
        "`a\u007fb`                  | a\\u007fb",
        "`a\u0085b`                  | a\\u0085b",
        "`a\u202eb`                  | a\\u202eb",
        "`a\u2066b`                  | a\\u2066b",
        "`a\u200fb`                  | a\\u200fb",
        "`a\u200bb`                  | a\\u200bb",
        "`a\ufeffb`                  | a\\ufeffb",
        "`a\u00adb`                  | a\\u00adb",
        "`a\u2028b`                  | a\\u2028b",
        "`a\u2029b`                  | a\\u2029b",
        "`a\ud800b`                  | a\\ud800b",
        "`a\udb40\udc41b`            | a\\ue0041b",
        "`größe 漢字 \ud83d\ude00 ok` | größe 漢字 \ud83d\ude00 ok"
      })
  void escapesWhatCouldWriteToATerminal(String text, String cleaned) {
    assertThat(FindingText.clean(text)).isEqualTo(cleaned);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u001b", "\ud83d\ude00", "\u202e"})
  void cutsWhatIsLong(String unit) {
    String cleaned = FindingText.clean("a" + unit.repeat(100_000));

    assertThat(cleaned).hasSizeLessThanOrEqualTo(601).endsWith("…");
    assertThat(cleaned.codePoints())
        .noneMatch(point -> Character.getType(point) == Character.SURROGATE);
  }

  @Test
  void laysADenialOutWithTheRuleAtOneColumn() {
    Finding first = finding(Rule.UNPINNED, "nginx has no tag", "", "write nginx:1.27");
    Finding second =
        finding(Rule.NOT_FOUND, "nginx:0 does not exist", "docker.io answered 404", "use nginx:1");

    assertThat(FindingText.denial(List.of(first, second)))
        .isEqualTo(
            """

            container "web": nginx has no tag                                               [unpinned]
              Fix: write nginx:1.27
            container "web": nginx:0 does not exist                                         [not-found]
              docker.io answered 404.
              Fix: use nginx:1
            Policy: baseline (Enforce).  About each rule: docs/rules/\
            """);
  }

  @Test
  void namesTheNearestTagsBeforeTheFix() {
    Finding denied =
        finding(
                Rule.NOT_FOUND,
                "registry.acme.example/shop/web:1.2.4 does not exist",
                "registry.acme.example answered 404 for the tag, asked with the credentials of"
                    + " secret \"regcred\"",
                "")
            .repairedBy(
                "write registry.acme.example/shop/web:1.2.5; nearest tags: 1.2.5, 1.2.3",
                Map.of(
                    "nearestTags",
                    "1.2.5, 1.2.3",
                    "proposedImage",
                    "registry.acme.example/shop/web:1.2.5"));

    assertThat(FindingText.denial(List.of(denied)))
        .isEqualTo(
            """

            container "web": registry.acme.example/shop/web:1.2.4 does not exist            [not-found]
              registry.acme.example answered 404 for the tag, asked with the credentials of secret
                "regcred".
              Nearest tags: 1.2.5, 1.2.3.  Fix: registry.acme.example/shop/web:1.2.5
            Policy: baseline (Enforce).  About this rule: docs/rules/not-found.md\
            """);
  }

  @Test
  void putsACommandOnALineOfItsOwn() {
    String command =
        "kubectl create secret docker-registry NAME -n shop --docker-server=registry.example.com"
            + " --docker-username=USER --docker-password=PASSWORD";
    Finding denied =
        finding(Rule.PULL_SECRET_REQUIRED, "web:1 is private", "", "")
            .repairedBy("create a secret, and name it: " + command, Map.of("command", command));

    assertThat(FindingText.denial(List.of(denied)))
        .contains("\n  Fix: create a secret, and name it:\n    " + command + "\n");
  }

  @Test
  void keepsAnImageAndWhatIsSaidOfItOnOneLine() {
    String image = "registry.acme.example/shop/web:1.2.5@sha256:" + "5".repeat(64);
    Finding denied =
        finding(Rule.UNPINNED, "m", "", "")
            .repairedBy(image + " (what latest is today)", Map.of("proposedImage", image));

    assertThat(FindingText.denial(List.of(denied)))
        .contains("\n  Fix: " + image + " (what latest is today)\n");
  }

  @Test
  void breaksLongTextAtBlanksAndKeepsLongWordsWhole() {
    String word = "w".repeat(120);
    Finding denied =
        finding(Rule.NOT_FOUND, "m", "a ".repeat(60).strip() + " " + word + " b c", "fix");

    assertThat(FindingText.denial(List.of(denied)).lines())
        .allSatisfy(
            line -> assertThat(line.length() <= 98 || line.strip().equals(word)).as(line).isTrue())
        .anyMatch(line -> line.strip().equals(word))
        .contains("    b c.");
  }

  @Test
  void keepsTheRuleApartFromALongHeadline() {
    assertThat(FindingText.denial(List.of(finding(Rule.UNPINNED, "x".repeat(100), "", "fix it"))))
        .contains("x [unpinned]\n");
  }

  @Test
  void countsTheFindingsBehindTheTwentieth() {
    Finding finding = finding(Rule.UNPINNED, "nginx has no tag", "", "add one");

    assertThat(FindingText.denial(Collections.nCopies(23, finding)))
        .contains("… and 3 more\n")
        .containsOnlyOnce("more");
    assertThat(FindingText.denial(Collections.nCopies(20, finding))).doesNotContain("more");
  }

  @Test
  void namesEveryPolicyOnce() {
    Finding finding = finding(Rule.UNPINNED, "nginx has no tag", "", "add one");
    Finding other =
        new Finding(
            Rule.UNPINNED,
            "strict",
            Mode.ENFORCE,
            Verdict.DENY,
            finding.subject(),
            "m",
            "",
            "r",
            Map.of());

    assertThat(FindingText.denial(List.of(finding, other, finding)))
        .endsWith(
            "\nPolicies: baseline (Enforce), strict (Enforce)."
                + "  About this rule: docs/rules/unpinned.md");
  }

  @Test
  void putsAWarningOnOneLine() {
    Finding finding =
        finding(Rule.NOT_FOUND, "nginx:0\ndoes not exist", "docker.io\nanswered 404", "use 1");

    assertThat(FindingText.warning(finding, true))
        .isEqualTo(
            "pullgate: container \"web\": nginx:0\\u000adoes not exist"
                + " (docker.io\\u000aanswered 404) [not-found]; admitted.  Fix: use 1");
    assertThat(FindingText.warning(finding, false)).endsWith(" [not-found].  Fix: use 1");
  }

  @Test
  void advisesNothingWhereARegistryGivesNoAnswer() {
    Finding finding = finding(Rule.UNREACHABLE, "nginx:1 could not be checked", "", "wait");

    assertThat(FindingText.warning(finding, true)).endsWith(" checked [unreachable]; admitted");
  }

  @Test
  void saysHowToRepairWhatIsAdmittedForTheSakeOfAnOlderOwner() {
    Finding denied = finding(Rule.UNPINNED, "nginx has no tag", "", "add one");
    Finding relaxed =
        new Finding(
            denied.rule(),
            denied.policy(),
            denied.mode(),
            Verdict.WARN,
            denied.subject(),
            denied.message(),
            "Deployment \"web\" is older than policy baseline, which rejects new ones",
            denied.repair(),
            Map.of(Finding.EXISTING, "Deployment \"web\"", "mirror", "m.io"));

    assertThat(FindingText.warning(relaxed, true))
        .isEqualTo(
            "pullgate: container \"web\": nginx has no tag (Deployment \"web\" is older than policy"
                + " baseline, which rejects new ones) [unpinned]; admitted.  Fix: add one");
  }

  @Test
  void announcesTheEndOfAnExceptionThatWasUsed() {
    Exemption exemption =
        new Exemption(
            new PolicyException(
                "old-shop",
                Set.of("baseline"),
                Set.of(Rule.UNPINNED),
                Set.of(),
                List.of(),
                "moves in June",
                Instant.parse("2026-06-30T00:00:00.5Z")),
            finding(Rule.UNPINNED, "nginx has\nno tag", "", "add one"),
            true);

    assertThat(FindingText.ending(exemption))
        .isEqualTo(
            "pullgate: container \"web\": nginx has\\u000ano tag [unpinned]; the exception old-shop"
                + " from this rule ends at 2026-06-30T00:00:00Z. Fix: add one");
    assertThat(FindingText.exemptions(List.of(exemption)))
        .isEqualTo("old-shop unpinned /spec/containers/0/image");
  }

  @Test
  void annotatesEveryFindingUpToALimit() {
    Finding finding = finding(Rule.UNPINNED, "nginx has no tag", "", "add one");

    assertThat(FindingText.annotation(List.of(finding, finding.withVerdict(Verdict.WARN))))
        .isEqualTo(
            "Deny unpinned /spec/containers/0/image; Warn unpinned /spec/containers/0/image");
    assertThat(FindingText.annotation(new ArrayList<>(Collections.nCopies(500, finding))))
        .hasSize(2_001)
        .endsWith("…");
  }

  private static Finding finding(Rule rule, String message, String proof, String repair) {
    return new Finding(
        rule,
        "baseline",
        Mode.ENFORCE,
        Verdict.DENY,
        new Subject("container \"web\"", "/spec/containers/0/image", "nginx", "nginx"),
        message,
        proof,
        repair,
        Map.of());
  }
}
