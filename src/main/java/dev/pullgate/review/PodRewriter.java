package dev.pullgate.review;

import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.MirrorRules;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.Verdict;
import dev.pullgate.workload.ImageField;
import dev.pullgate.workload.PodRewrite;
import dev.pullgate.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Rewrites the images of one pod to their mirrors and digests. Doing it again changes nothing.
final class PodRewriter {
  private final MirrorPlanner mirrors;
  private final ImageReview images;
  private final DigestPinner digests;
  private final PolicySet policies;
  private final Map<String, String> previous;
  private final PodRewrite rewrite;
  private final List<Finding> findings = new ArrayList<>();

  /// @param previous the images of the stored pod by key; empty on creation
  PodRewriter(
      MirrorPlanner mirrors,
      ImageReview images,
      DigestPinner digests,
      PolicySet policies,
      Workload pod,
      Map<String, String> previous) {
    this.mirrors = mirrors;
    this.images = images;
    this.digests = digests;
    this.policies = policies;
    this.previous = previous;
    this.rewrite = new PodRewrite(pod);
    rememberEarlier(pod);
  }

  /// Keeps what the annotation says of images at a mirror, where the mirror agrees.
  private void rememberEarlier(Workload pod) {
    Map<String, String> annotated = rewrite.annotated();
    for (ImageField field : pod.images()) {
      String original = annotated.get(field.key());
      if (original != null && becomes(original, field.image())) {
        rewrite.remember(field, original);
      }
    }
  }

  /// Gives a pod that is applied again with its source's name what it holds already, without
  /// asking.
  ///
  /// @return the images that a registry may have to be asked for
  List<ImageField> restoreHeld(List<ImageField> changed) {
    List<ImageField> others = new ArrayList<>();
    for (ImageField field : changed) {
      String held = previous.get(field.key());
      if (held != null && becomes(field.image(), held)) {
        rewrite.replace(field, held);
        rewrite.remember(field, field.image());
      } else if (ImageReference.parseIfValid(field.image()).isPresent()) {
        others.add(field);
      }
    }
    return others;
  }

  /// Whether an image is what a rewriting may have made of another one, now or when its tag meant
  /// another digest.
  private boolean becomes(String original, String image) {
    Optional<ImageReference> written = ImageReference.parseIfValid(original);
    Optional<ImageReference> held = ImageReference.parseIfValid(image);
    if (written.isEmpty() || held.isEmpty()) {
      return false;
    }
    Optional<ImageReference> target =
        policies.mirrorFor(written.get()).flatMap(mirror -> mirror.rewrite(written.get()));
    return target.filter(at -> at.toString().equals(image)).isPresent()
        || Stream.concat(written.stream(), target.stream())
            .filter(base -> DigestPinner.isPinned(held.get(), base))
            .anyMatch(base -> policies.pinning(base).isPresent());
  }

  /// Asks the registries side by side and writes what the mirrors serve, and the digests that tags
  /// have now. An image that is rejected as unpinned is left alone, so that the message has its
  /// author's words, and so is one that is never pulled.
  void rewrite(List<ImageField> fields, ImageReview.Context context) {
    List<ImageField> asking =
        fields.stream()
            .filter(field -> !field.neverPulled() && !images.deniedAsUnpinned(context, field))
            .toList();
    Concurrently.map(asking, field -> change(field, context)).forEach(this::carryOut);
  }

  /// What becomes of one image.
  ///
  /// @param image the new text
  /// @param said by the mirror or the registry
  private record Change(ImageField field, String image, MirrorPlan plan, List<Finding> said) {
    Change {
      said = List.copyOf(said);
    }
  }

  private Change change(ImageField field, ImageReview.Context context) {
    ImageReference written = ImageReference.parseIfValid(field.image()).orElseThrow();
    Change change = change(field, written, context);
    return new Change(
        field,
        change.image(),
        change.plan(),
        ImageReview.withoutExempted(context, ImageReview.forms(context, written), change.said()));
  }

  private Change change(ImageField field, ImageReference written, ImageReview.Context context) {
    MirrorPlan plan =
        mirrors.plan(
            context.policies(),
            context.workload(),
            context.namespace(),
            written,
            context.keyring(),
            context.deadline());
    return switch (plan) {
      case MirrorPlan.None _ ->
          pinned(
              new Change(field, field.image(), plan, List.of()),
              written,
              digests.pin(context, field, written, context.keyring(), null));
      case MirrorPlan.Rewrite planned ->
          pinned(
              new Change(field, planned.target().toString(), plan, List.of()),
              planned.target(),
              digests.pin(context, field, planned.target(), planned.keyring(), planned.checked()));
      case MirrorPlan.Stay stay -> {
        Finding said =
            MirrorRules.stays(
                stay.mirror(), ImageReview.subject(field), stay.target(), stay.answer());
        // Of an image that is rejected anyway nobody wants to know the digest.
        yield pinned(
            new Change(field, field.image(), plan, List.of(said)),
            written,
            said.verdict() == Verdict.DENY
                ? DigestPinner.Pin.NONE
                : digests.pin(context, field, written, context.keyring(), null));
      }
    };
  }

  private static Change pinned(Change change, ImageReference reference, DigestPinner.Pin pin) {
    List<Finding> said = new ArrayList<>(change.said());
    if (pin.finding() != null) {
      said.add(pin.finding());
    }
    String image =
        pin.digest() == null
            ? change.image()
            : DigestPinner.pinned(change.image(), reference, pin.digest());
    return new Change(change.field(), image, change.plan(), said);
  }

  private void carryOut(Change change) {
    findings.addAll(change.said());
    if (!change.image().equals(change.field().image())) {
      rewrite.replace(change.field(), change.image());
      rewrite.remember(change.field(), change.field().image());
    }
    if (change.plan() instanceof MirrorPlan.Rewrite planned) {
      planned.mirror().pullSecret().ifPresent(rewrite::addPullSecret);
    }
  }

  /// The changes, and what the mirrors had to say. Denials are left to the validating webhook,
  /// which says them with everything else that is wrong.
  ReviewResult result() {
    return new ReviewResult(Findings.withoutDenials(Findings.merge(findings)), rewrite.finish());
  }
}
