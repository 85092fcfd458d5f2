package dev.pullgate.review;

import dev.pullgate.credential.Keyring;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.InvalidReferenceException;
import dev.pullgate.image.PolicyName;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.ImageFacts;
import dev.pullgate.policy.ImageForms;
import dev.pullgate.policy.MirrorRules;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicyEvaluator;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.policy.Rule;
import dev.pullgate.policy.Subject;
import dev.pullgate.policy.Verdict;
import dev.pullgate.workload.ImageField;
import dev.pullgate.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Judges one image of one object: gathers the facts, then asks every policy.
final class ImageReview {
  private final ImageResolver resolver;
  private final MirrorPlanner mirrors;
  private final PolicyEvaluator evaluator = new PolicyEvaluator();

  ImageReview(ImageResolver resolver, MirrorPlanner mirrors) {
    this.resolver = resolver;
    this.mirrors = mirrors;
  }

  /// What the images of one object have in common.
  ///
  /// @param policies those that look at the object
  /// @param secretsServeSome whether some key of the pull secrets matches some image
  record Context(
      PolicySet policies,
      Workload workload,
      String namespace,
      Keyring keyring,
      boolean secretsServeSome,
      Deadline deadline) {}

  /// Where an image will really be pulled from.
  ///
  /// @param keyring the secrets that the pod will have then
  /// @param findings what the mirror had to say
  /// @param answered what the registry said already; absent where it is still to be asked
  private record Pull(
      ImageReference reference,
      Keyring keyring,
      List<Finding> findings,
      @Nullable Resolution answered) {}

  /// What one image came to.
  ///
  /// @param path the JSON pointer of the image value
  /// @param lastAsked what was asked for it; absent where nothing was
  record Judged(String path, List<Finding> findings, @Nullable Asked lastAsked) {
    Judged {
      findings = List.copyOf(findings);
    }

    Optional<Asked> asked() {
      return Optional.ofNullable(lastAsked);
    }
  }

  /// What was asked of a registry, with which secrets, and what it answered.
  record Asked(ImageReference reference, Keyring keyring, Resolution answer) {}

  static Subject subject(ImageField field) {
    return new Subject(
        field.list().label() + " \"" + field.name() + "\"",
        field.pointer(),
        field.image(),
        ImageReference.parseIfValid(field.image())
            .map(ImageReference::toString)
            .orElse(field.image()));
  }

  static boolean serveSome(Keyring keyring, Workload workload) {
    return workload.images().stream()
        .flatMap(field -> ImageReference.parseIfValid(field.image()).stream())
        .anyMatch(reference -> !keyring.lookup(reference).isEmpty());
  }

  /// Whether an image is rejected as unpinned whatever its registry says, so that there is no use
  /// in rewriting it. Whether its registry is allowed is seen only at the mirror.
  boolean deniedAsUnpinned(Context context, ImageField field) {
    Subject subject = subject(field);
    return ImageReference.parseIfValid(field.image()).stream()
        .flatMap(written ->
            judgeReference(context, subject, written, forms(context, written), Optional.empty())
                .stream())
        .anyMatch(finding -> finding.rule() == Rule.UNPINNED && finding.verdict() == Verdict.DENY);
  }

  Judged judge(Context context, ImageField field) {
    Subject subject = subject(field);
    if (field.image().isEmpty() && !context.workload().isPod()) {
      // The image of a template may be filled in later; a pod's may not be empty.
      return new Judged(field.pointer(), List.of(), null);
    }
    try {
      return judge(context, field, subject, ImageReference.parse(field.image()));
    } catch (InvalidReferenceException e) {
      String reason = Objects.requireNonNullElse(e.getMessage(), "");
      List<Finding> findings =
          context.policies().policies().stream()
              .map(policy -> evaluator.invalidReference(policy, subject, reason))
              .toList();
      return new Judged(field.pointer(), findings, null);
    }
  }

  private Judged judge(Context context, ImageField field, Subject subject, ImageReference written) {
    ImageForms forms = forms(context, written);
    List<Finding> unasked = judgeReference(context, subject, written, forms, Optional.empty());
    boolean refusedRegistry =
        unasked.stream().anyMatch(finding -> finding.rule() == Rule.REGISTRY_NOT_ALLOWED);
    // Nothing is sent to a registry that is not allowed, also not to learn a digest.
    if (refusedRegistry || field.neverPulled()) {
      return new Judged(field.pointer(), unasked, null);
    }
    boolean denied = unasked.stream().anyMatch(finding -> finding.verdict() == Verdict.DENY);
    Pull pull = pull(context, subject, written, denied);
    // Of an image that is rejected anyway nobody wants to know what the mirror says.
    List<Finding> findings = new ArrayList<>(denied ? List.of() : pull.findings());
    if (!asksRegistries(context, forms)) {
      findings.addAll(unasked);
      findings.addAll(judgeFacts(context, subject, written, forms, pull, Optional.empty()));
      return new Judged(field.pointer(), findings, null);
    }
    Resolution answer =
        pull.answered() != null
            ? pull.answered()
            : resolve(context, pull.reference(), pull.keyring());
    findings.addAll(judgeReference(context, subject, written, forms, Optional.of(answer)));
    Optional<Finding> mirrorLacks = mirrorLacks(context, subject, written, answer);
    if (mirrorLacks.isPresent()) {
      findings.add(mirrorLacks.get());
    } else {
      findings.addAll(judgeFacts(context, subject, written, forms, pull, Optional.of(answer)));
    }
    Asked asked = new Asked(pull.reference(), pull.keyring(), answer);
    return new Judged(field.pointer(), findings, asked);
  }

  /// Templates are judged as what their pods will become; a pod is what it is, but for one that was
  /// not rewritten because it is rejected.
  private Pull pull(Context context, Subject subject, ImageReference written, boolean denied) {
    MirrorPlan plan =
        mirrors.plan(
            context.policies(),
            context.workload(),
            context.namespace(),
            written,
            context.keyring(),
            context.deadline());
    return switch (plan) {
      case MirrorPlan.None _ -> new Pull(written, context.keyring(), List.of(), null);
      case MirrorPlan.Rewrite rewrite ->
          context.workload().isPod() && !denied
              ? new Pull(
                  written,
                  context.keyring(),
                  List.of(MirrorRules.notMirrored(rewrite.mirror(), subject, rewrite.target())),
                  null)
              : new Pull(rewrite.target(), rewrite.keyring(), List.of(), rewrite.checked());
      case MirrorPlan.Stay stay ->
          new Pull(
              written,
              context.keyring(),
              List.of(MirrorRules.stays(stay.mirror(), subject, stay.target(), stay.answer())),
              null);
    };
  }

  private static ImageForms forms(Context context, ImageReference written) {
    Optional<ImageReference> source =
        context.policies().source(written).map(PolicySet.MirroredSource::source);
    List<PolicyName> others = new ArrayList<>();
    if (source.isPresent()) {
      others.add(written.policyName());
    } else if (!context.workload().isPod()) {
      context
          .policies()
          .mirrorFor(written)
          .flatMap(mirror -> mirror.rewrite(written))
          .ifPresent(target -> others.add(target.policyName()));
    }
    return new ImageForms(source.orElse(written).policyName(), others);
  }

  private List<Finding> judgeReference(
      Context context,
      Subject subject,
      ImageReference written,
      ImageForms forms,
      Optional<Resolution> answer) {
    return covering(context, forms)
        .flatMap(
            policy -> evaluator.judgeReference(policy, subject, written, forms, answer).stream())
        .toList();
  }

  private List<Finding> judgeFacts(
      Context context,
      Subject subject,
      ImageReference written,
      ImageForms forms,
      Pull pull,
      Optional<Resolution> answer) {
    ImageFacts facts =
        new ImageFacts(
            subject,
            written,
            pull.reference(),
            forms,
            answer.orElse(null),
            pull.keyring(),
            context.namespace(),
            !context.workload().isPod(),
            settings(context, pull.reference()).nodeCredentials(),
            context.secretsServeSome());
    return covering(context, forms)
        .flatMap(policy -> evaluator.judgeFacts(policy, facts).stream())
        .toList();
  }

  /// A mirror that fetches on demand may answer "not found" for what it has not fetched yet: only
  /// the source can prove that the image does not exist.
  private Optional<Finding> mirrorLacks(
      Context context, Subject subject, ImageReference written, Resolution answer) {
    if (!(answer instanceof Resolution.Absent)) {
      return Optional.empty();
    }
    return context
        .policies()
        .source(written)
        .filter(mirrored ->
            !(resolve(context, mirrored.source(), context.keyring()) instanceof Resolution.Absent))
        .map(mirrored -> MirrorRules.stays(mirrored.mirror(), subject, written, answer));
  }

  private Resolution resolve(Context context, ImageReference reference, Keyring keyring) {
    return resolver.resolve(
        reference, keyring.lookup(reference), settings(context, reference), context.deadline());
  }

  static RegistrySettings settings(Context context, ImageReference reference) {
    return context
        .policies()
        .declared(reference.registry())
        .orElseGet(() -> RegistrySettings.undeclared(reference.registry()));
  }

  private static boolean asksRegistries(Context context, ImageForms forms) {
    return covering(context, forms)
        .map(Policy::sections)
        .anyMatch(
            sections -> sections.resolution().isPresent() || sections.pullSecrets().isPresent());
  }

  private static Stream<Policy> covering(Context context, ImageForms forms) {
    return context.policies().policies().stream().filter(policy -> policy.scope().covers(forms));
  }
}
