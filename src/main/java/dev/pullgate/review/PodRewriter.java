package dev.pullgate.review;

import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.MirrorRules;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.workload.ImageField;
import dev.pullgate.workload.PodRewrite;
import dev.pullgate.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rewrites the images of one pod to their mirrors. Doing it again changes nothing.
final class PodRewriter {
  private final MirrorPlanner mirrors;
  private final ImageReview images;
  private final PolicySet policies;
  private final Map<String, String> previous;
  private final PodRewrite rewrite;
  private final List<Finding> findings = new ArrayList<>();

  /// @param previous the images of the stored pod by key; empty on creation
  PodRewriter(
      MirrorPlanner mirrors,
      ImageReview images,
      PolicySet policies,
      Workload pod,
      Map<String, String> previous) {
    this.mirrors = mirrors;
    this.images = images;
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
  /// @return the images that a mirror may have to be asked for
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

  private boolean becomes(String original, String image) {
    return ImageReference.parseIfValid(original)
        .flatMap(
            reference -> policies.mirrorFor(reference).flatMap(mirror -> mirror.rewrite(reference)))
        .filter(target -> target.toString().equals(image))
        .isPresent();
  }

  /// Asks the mirrors side by side and writes what they serve. An image that is rejected as
  /// unpinned is left alone, so that the message has its author's words.
  void rewrite(List<ImageField> fields, ImageReview.Context context) {
    List<ImageField> asking =
        fields.stream().filter(field -> !images.deniedAsUnpinned(context, field)).toList();
    List<MirrorPlan> plans = Concurrently.map(asking, field -> plan(field, context));
    for (int i = 0; i < asking.size(); i++) {
      carryOut(plans.get(i), asking.get(i)).ifPresent(findings::add);
    }
  }

  private MirrorPlan plan(ImageField field, ImageReview.Context context) {
    return ImageReference.parseIfValid(field.image())
        .map(reference ->
            mirrors.plan(
                context.policies(),
                context.workload(),
                context.namespace(),
                reference,
                context.keyring(),
                context.deadline()))
        .orElseGet(MirrorPlan.None::new);
  }

  private Optional<Finding> carryOut(MirrorPlan plan, ImageField field) {
    return switch (plan) {
      case MirrorPlan.None _ -> Optional.empty();
      case MirrorPlan.Rewrite planned -> {
        rewrite.replace(field, planned.target().toString());
        rewrite.remember(field, field.image());
        planned.mirror().pullSecret().ifPresent(rewrite::addPullSecret);
        yield Optional.empty();
      }
      case MirrorPlan.Stay stay ->
          Optional.of(
              MirrorRules.stays(
                  stay.mirror(), ImageReview.subject(field), stay.target(), stay.answer()));
    };
  }

  /// The changes, and what the mirrors had to say. Denials are left to the validating webhook,
  /// which says them with everything else that is wrong.
  ReviewResult result() {
    return new ReviewResult(Findings.withoutDenials(Findings.merge(findings)), rewrite.finish());
  }
}
