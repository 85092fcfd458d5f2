package dev.pullgate.admission;

import dev.pullgate.policy.Finding;
import dev.pullgate.review.Exemption;
import dev.pullgate.review.ReviewResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkiverse.loggingjson.providers.KeyValueStructuredArgument;
import io.quarkiverse.loggingjson.providers.StructuredArgument;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Counts every decision and writes one line for it: denials at INFO, the rest at DEBUG.
final class DecisionLog {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.decision");
  private static final Set<String> OPERATIONS = Set.of("CREATE", "UPDATE", "DELETE", "CONNECT");
  private static final Set<String> RESOURCES =
      Set.of(
          "pods",
          "pods/ephemeralcontainers",
          "podtemplates",
          "replicationcontrollers",
          "deployments",
          "statefulsets",
          "daemonsets",
          "replicasets",
          "jobs",
          "cronjobs",
          "clusterimagepolicies",
          "imagepolicies",
          "imagepolicyexceptions",
          "registries");

  private final MeterRegistry meters;

  DecisionLog(MeterRegistry meters) {
    this.meters = meters;
  }

  Timer.Sample start() {
    return Timer.start(meters);
  }

  /// A review that came to a verdict.
  void decided(String webhook, AdmissionCall call, ReviewResult result, Timer.Sample sample) {
    String decision =
        result.allowed() ? (result.patch().isEmpty() ? "allowed" : "patched") : "denied";
    count(webhook, call, decision);
    sample.stop(meters.timer("pullgate.admission.review.duration", "webhook", webhook));
    for (Finding finding : result.findings()) {
      meters
          .counter(
              "pullgate.findings", "rule", finding.rule().id(), "mode", finding.mode().toString())
          .increment();
    }
    countWhatIsLetPass(result);
    Logger.Level level = result.allowed() ? Logger.Level.DEBUG : Logger.Level.INFO;
    if (LOG.isEnabled(level)) {
      LOG.logv(
          level,
          "{0}",
          new Object[] {
            decision,
            field("webhook", webhook),
            field("decision", decision),
            field("uid", call.uid()),
            field("operation", call.review().operation()),
            field("resource", call.resource()),
            field("namespace", call.review().namespace()),
            field("name", call.name()),
            field("dryRun", Boolean.toString(call.dryRun())),
            field("findings", findings(result)),
            field("exemptions", FindingText.exemptions(result.exemptions()))
          });
    }
  }

  /// Denials that are none, since the workload is older than the policy or by an exception.
  private void countWhatIsLetPass(ReviewResult result) {
    for (Finding finding : result.findings()) {
      String owner = finding.evidence().get(Finding.EXISTING);
      if (owner != null) {
        meters
            .counter(
                "pullgate.findings.existing",
                "rule",
                finding.rule().id(),
                "owner",
                owner.equals(Finding.UNREAD_OWNER) ? "unread" : "older")
            .increment();
      }
    }
    for (Exemption exemption : result.exemptions()) {
      meters
          .counter(
              "pullgate.policy.exception.uses",
              "exception",
              exemption.exception().name(),
              "rule",
              exemption.finding().rule().id())
          .increment();
    }
  }

  /// A policy, an exception or a registry.
  void ownResource(String webhook, AdmissionCall call, AdmissionAnswer answer) {
    count(webhook, call, answer.allowed() ? "allowed" : "denied");
    if (!answer.allowed()) {
      LOG.infov(
          "{0}",
          new Object[] {
            "denied",
            field("webhook", webhook),
            field("decision", "denied"),
            field("uid", call.uid()),
            field("operation", call.review().operation()),
            field("resource", call.resource()),
            field("namespace", call.review().namespace()),
            field("name", call.name()),
            field("problem", answer.message())
          });
    }
  }

  /// A review of an object that cannot be read.
  void unread(String webhook, AdmissionCall call) {
    count(webhook, call, "unread");
  }

  /// A request that is no review.
  void malformed(String webhook, int status) {
    meters
        .counter(
            "pullgate.admission.malformed", "webhook", webhook, "status", Integer.toString(status))
        .increment();
  }

  /// A bug: the failure policy decides.
  void failed(String webhook, AdmissionCall call, RuntimeException bug) {
    count(webhook, call, "error");
    LOG.errorv(
        bug,
        "judging failed, the failure policy decides",
        field("webhook", webhook),
        field("uid", call.uid()));
  }

  /// Callers choose these texts, so that only known ones become series.
  private void count(String webhook, AdmissionCall call, String decision) {
    String operation = call.review().operation();
    meters
        .counter(
            "pullgate.admission.reviews",
            "webhook",
            webhook,
            "operation",
            OPERATIONS.contains(operation) ? operation : "other",
            "resource",
            RESOURCES.contains(call.resource()) ? call.resource() : "other",
            "decision",
            decision)
        .increment();
  }

  private static String findings(ReviewResult result) {
    return result.findings().stream()
        .map(finding ->
            finding.rule().id()
                + " "
                + FindingText.clean(finding.subject().container())
                + " "
                + FindingText.clean(finding.subject().image()))
        .collect(Collectors.joining("; "));
  }

  private static StructuredArgument field(String name, String value) {
    return KeyValueStructuredArgument.kv(name, value);
  }
}
