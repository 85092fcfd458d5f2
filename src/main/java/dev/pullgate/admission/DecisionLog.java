package dev.pullgate.admission;

import dev.pullgate.policy.Finding;
import dev.pullgate.review.Exemption;
import dev.pullgate.review.ReviewResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkiverse.loggingjson.providers.KeyValueStructuredArgument;
import io.quarkiverse.loggingjson.providers.StructuredArgument;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Counts every decision and writes one line for it: denials at INFO, the rest at DEBUG.
final class DecisionLog {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.decision");
  private static final String OTHER = "other";
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

  /// From what a review takes that finds everything remembered, up to the API server's limit.
  private static final Duration[] BUCKETS =
      Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  /// Of an object with thousands of containers the first will do.
  private static final int MAX_FINDINGS = 20;

  private final MeterRegistry meters;

  DecisionLog(MeterRegistry meters) {
    this.meters = meters;
    // There before the first review, so that an alert sees it begin.
    List.of("mutate", "validate").forEach(this::duration);
  }

  private Timer duration(String webhook) {
    return Timer.builder("pullgate.admission.review.duration")
        .tag("webhook", webhook)
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }

  Timer.Sample start() {
    return Timer.start(meters);
  }

  /// A review that came to a verdict.
  void decided(String webhook, AdmissionCall call, ReviewResult result, Timer.Sample sample) {
    String decision =
        result.allowed() ? (result.patch().isEmpty() ? "allowed" : "patched") : "denied";
    count(webhook, call, decision);
    sample.stop(duration(webhook));
    // What the mutating webhook finds the validating one finds too.
    if (webhook.equals("validate")) {
      result.findings().forEach(this::count);
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
            field("uid", FindingText.clean(call.uid())),
            field("operation", FindingText.clean(call.review().operation())),
            field("resource", FindingText.clean(call.resource())),
            field("namespace", FindingText.clean(call.review().namespace())),
            field("name", FindingText.clean(call.name())),
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
  void unread(String webhook, AdmissionCall call, Timer.Sample sample) {
    sample.stop(duration(webhook));
    count(webhook, call, "unread");
  }

  /// A review that was answered without waiting for registries, since too many others wait.
  void notWaiting(String webhook) {
    meters.counter("pullgate.admission.not.waiting", "webhook", webhook).increment();
  }

  /// A request that is no review, or for which there is no room.
  void malformed(String webhook, int status) {
    meters
        .counter(
            "pullgate.admission.malformed", "webhook", webhook, "status", Integer.toString(status))
        .increment();
  }

  /// A bug: the failure policy decides.
  ///
  /// @param call absent where not even that could be read
  void failed(String webhook, @Nullable AdmissionCall call, RuntimeException bug) {
    if (call != null) {
      count(webhook, call, "error");
    } else {
      malformed(webhook, 500);
    }
    LOG.errorv(
        bug,
        "judging failed, the failure policy decides",
        new Object[] {
          field("webhook", webhook),
          field("decision", "error"),
          field("uid", call == null ? "" : FindingText.clean(call.uid()))
        });
  }

  private void count(Finding finding) {
    meters
        .counter(
            "pullgate.findings", "rule", finding.rule().id(), "mode", finding.mode().toString())
        .increment();
  }

  private void count(String webhook, AdmissionCall call, String decision) {
    meters
        .counter(
            "pullgate.admission.reviews",
            "webhook",
            webhook,
            "operation",
            operation(call),
            "resource",
            resource(call),
            "decision",
            decision)
        .increment();
  }

  /// Callers choose these texts, so that only known ones become series.
  private static String operation(AdmissionCall call) {
    String operation = call.review().operation();
    return OPERATIONS.contains(operation) ? operation : OTHER;
  }

  private static String resource(AdmissionCall call) {
    return RESOURCES.contains(call.resource()) ? call.resource() : OTHER;
  }

  private static String findings(ReviewResult result) {
    String first =
        result.findings().stream()
            .limit(MAX_FINDINGS)
            .map(finding ->
                finding.rule().id()
                    + " "
                    + FindingText.clean(finding.subject().container())
                    + " "
                    + FindingText.clean(finding.subject().image()))
            .collect(Collectors.joining("; "));
    int more = result.findings().size() - MAX_FINDINGS;
    return more > 0 ? first + "; and " + more + " more" : first;
  }

  private static StructuredArgument field(String name, String value) {
    return KeyValueStructuredArgument.kv(name, value);
  }
}
