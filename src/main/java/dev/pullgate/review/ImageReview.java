package dev.pullgate.review;

import dev.pullgate.credential.Keyring;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.InvalidReferenceException;
import dev.pullgate.image.PolicyName;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.ImageFacts;
import dev.pullgate.policy.ImageForms;
import dev.pullgate.policy.ImagePlatforms;
import dev.pullgate.policy.MirrorRules;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicyEvaluator;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.Resolution;
import dev.pullgate.policy.ResolutionRules;
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
  private final RegistryAnswers answers;
  private final MirrorPlanner mirrors;
  private final PolicyEvaluator evaluator = new PolicyEvaluator();

  ImageReview(RegistryAnswers answers, MirrorPlanner mirrors) {
    this.answers = answers;
    this.mirrors = mirrors;
  }

  /// What the images of one object have in common.
  ///
  /// @param policies those that look at the object
  /// @param secretsServeSome whether some key of the pull secrets matches some image
  /// @param nodes on which the pod may run
  /// @param exemptions the exceptions that hold
  record Context(
      PolicySet policies,
      Workload workload,
      String namespace,
      Keyring keyring,
      boolean secretsServeSome,
      PodNodes nodes,
      Exemptions exemptions,
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
        .flatMap(written -> {
          boolean pinned = DigestPinner.pins(context.policies(), written);
          ImageForms forms = forms(context, written);
          return judgeReference(context, subject, written, forms, pinned, Optional.empty())
              .stream();
        })
        .anyMatch(finding -> finding.rule() == Rule.UNPINNED && finding.verdict() == Verdict.DENY);
  }

  /// Whether an image comes from a registry that is not allowed, to which nothing is sent.
  ///
  /// @param pulled the image where it will come from
  boolean refusesRegistry(Context context, ImageField field, ImageReference pulled) {
    ImageForms forms = forms(context, pulled);
    return judgeReference(context, subject(field), pulled, forms, false, Optional.empty()).stream()
        .anyMatch(finding -> finding.rule() == Rule.REGISTRY_NOT_ALLOWED);
  }

  /// Judges images in their order. Side by side, where some registry has to be waited for: what is
  /// remembered takes less time than a change of threads.
  List<Judged> judge(Context context, List<ImageField> fields) {
    return fields.stream().allMatch(field -> isRemembered(context, field))
        ? fields.stream().map(field -> judge(context, field)).toList()
        : Concurrently.map(fields, field -> judge(context, field));
  }

  private boolean isRemembered(Context context, ImageField field) {
    return ImageReference.parseIfValid(field.image())
        .filter(reference -> context.policies().mirrorFor(reference).isEmpty())
        .filter(reference -> answers.remember(context, reference))
        .isPresent();
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
              .flatMap(policy -> {
                Finding finding = evaluator.invalidReference(policy, subject, reason);
                return context.exemptions().without(policy.id(), null, List.of(finding)).stream();
              })
              .toList();
      return new Judged(field.pointer(), findings, null);
    }
  }

  private Judged judge(Context context, ImageField field, Subject subject, ImageReference written) {
    ImageForms forms = forms(context, written);
    // The pods of a template get their digests later; a pod would have its own by now.
    boolean pinned =
        !context.workload().isPod()
            && !field.neverPulled()
            && DigestPinner.pins(context.policies(), written);
    List<Finding> unasked =
        judgeReference(context, subject, written, forms, pinned, Optional.empty());
    boolean refusedRegistry =
        unasked.stream().anyMatch(finding -> finding.rule() == Rule.REGISTRY_NOT_ALLOWED);
    // Nothing is sent to a registry that is not allowed, also not to learn a digest.
    if (refusedRegistry || field.neverPulled()) {
      return new Judged(field.pointer(), unasked, null);
    }
    boolean denied = unasked.stream().anyMatch(finding -> finding.verdict() == Verdict.DENY);
    Pull pull = pull(context, subject, written, denied);
    // Of an image that is rejected anyway nobody wants to know what the mirror says.
    List<Finding> findings =
        new ArrayList<>(denied ? List.of() : withoutExempted(context, forms, pull.findings()));
    if (!asksRegistries(context, forms)) {
      findings.addAll(unasked);
      findings.addAll(judgeFacts(context, field, written, forms, pull, null, null));
      return new Judged(field.pointer(), findings, null);
    }
    Resolution answer =
        pull.answered() != null
            ? pull.answered()
            : answers.resolve(context, pull.reference(), pull.keyring());
    findings.addAll(judgeReference(context, subject, written, forms, pinned, Optional.of(answer)));
    Optional<Finding> mirrorLacks = mirrorLacks(context, subject, written, answer);
    if (mirrorLacks.isPresent()) {
      findings.addAll(withoutExempted(context, forms, List.of(mirrorLacks.get())));
    } else {
      ImagePlatforms platforms =
          denied
              ? null
              : answers
                  .platforms(
                      context, covering(context, forms), pull.reference(), pull.keyring(), answer)
                  .orElse(null);
      findings.addAll(judgeFacts(context, field, written, forms, pull, answer, platforms));
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

  static ImageForms forms(Context context, ImageReference written) {
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

  /// @param pinned whether a digest will be written to the image
  private List<Finding> judgeReference(
      Context context,
      Subject subject,
      ImageReference written,
      ImageForms forms,
      boolean pinned,
      Optional<Resolution> answer) {
    return covering(context, forms)
        .map(policy -> pinned ? policy.withoutRequiredDigest() : policy)
        .flatMap(policy ->
            context
                .exemptions()
                .without(
                    policy.id(),
                    forms.source(),
                    evaluator.judgeReference(policy, subject, written, forms, answer))
                .stream())
        .toList();
  }

  private List<Finding> judgeFacts(
      Context context,
      ImageField field,
      ImageReference written,
      ImageForms forms,
      Pull pull,
      @Nullable Resolution answer,
      @Nullable ImagePlatforms platforms) {
    ImageFacts facts =
        new ImageFacts(
            subject(field),
            written,
            pull.reference(),
            forms,
            answer,
            pull.keyring(),
            context.namespace(),
            !context.workload().isPod(),
            RegistryAnswers.settings(context, pull.reference()).nodeCredentials(),
            context.secretsServeSome(),
            platforms);
    List<Finding> findings =
        covering(context, forms)
            .flatMap(policy ->
                context
                    .exemptions()
                    .without(policy.id(), forms.source(), evaluator.judgeFacts(policy, facts))
                    .stream())
            .toList();
    boolean held =
        pulledIfNotPresent(field, written)
            && findings.stream().anyMatch(ResolutionRules::rejects)
            && context.nodes().hold(pull.reference());
    return held
        ? findings.stream()
            .map(finding ->
                ResolutionRules.rejects(finding) ? ResolutionRules.heldByNodes(finding) : finding)
            .toList()
        : findings;
  }

  private static boolean pulledIfNotPresent(ImageField field, ImageReference written) {
    return switch (field.pullPolicy()) {
      case IF_NOT_PRESENT -> true;
      case ALWAYS, NEVER -> false;
      case UNSET -> !written.manifestReference().equals(ImageReference.DEFAULT_TAG);
    };
  }

  /// What a mirror has to say, of which only cluster policies have any, without what an exception
  /// exempts from.
  static List<Finding> withoutExempted(
      Context context, ImageForms forms, List<Finding> mirrorFindings) {
    return mirrorFindings.stream()
        .flatMap(finding ->
            context
                .exemptions()
                .without(finding.policy(), forms.source(), List.of(finding))
                .stream())
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
            !(answers.resolve(context, mirrored.source(), context.keyring())
                instanceof Resolution.Absent))
        .map(mirrored -> MirrorRules.stays(mirrored.mirror(), subject, written, answer));
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
