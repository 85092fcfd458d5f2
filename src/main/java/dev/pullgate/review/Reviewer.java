package dev.pullgate.review;

import dev.pullgate.credential.Keyring;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.MirrorRules;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.Subject;
import dev.pullgate.workload.ImageField;
import dev.pullgate.workload.JsonPatch;
import dev.pullgate.workload.PodRewrite;
import dev.pullgate.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Judges one object, or rewrites one pod, within a deadline. Safe for use by many threads.
public final class Reviewer {
  private final PolicySource policies;
  private final KeyringSource keyrings;
  private final NamespaceSource namespaces;
  private final MirrorPlanner mirrors;
  private final ImageReview images;

  /// Takes the ports that it asks.
  public Reviewer(
      PolicySource policies,
      ImageResolver resolver,
      KeyringSource keyrings,
      NamespaceSource namespaces) {
    this.policies = policies;
    this.keyrings = keyrings;
    this.namespaces = namespaces;
    this.mirrors = new MirrorPlanner(resolver, keyrings);
    this.images = new ImageReview(resolver, mirrors);
  }

  /// Judges the images of an object by all policies that look at it.
  public ReviewResult validate(ReviewRequest request, Deadline deadline) {
    return ReviewScope.workload(request)
        .map(workload -> validate(request, workload, deadline))
        .orElseGet(ReviewResult::nothing);
  }

  private ReviewResult validate(ReviewRequest request, Workload workload, Deadline deadline) {
    List<ImageField> fields = ReviewScope.changed(workload, ReviewScope.previousImages(request));
    if (fields.isEmpty()) {
      return ReviewResult.nothing();
    }
    PolicySet covering = covering(request, workload);
    if (covering.policies().isEmpty()) {
      return ReviewResult.nothing();
    }
    ImageReview.Context context =
        context(request, covering, workload, keyring(request, workload), deadline);
    List<Finding> findings =
        Concurrently.map(fields, field -> images.judge(context, field)).stream()
            .flatMap(List::stream)
            .toList();
    return new ReviewResult(Findings.merge(findings), new JsonPatch());
  }

  /// Rewrites the images of a pod to their mirrors. Never denies: what has to be denied, the
  /// validating webhook denies with everything else that is wrong.
  public ReviewResult mutate(ReviewRequest request, Deadline deadline) {
    return ReviewScope.workload(request)
        .filter(Workload::isPod)
        .map(pod -> mutate(request, pod, deadline))
        .orElseGet(ReviewResult::nothing);
  }

  private ReviewResult mutate(ReviewRequest request, Workload pod, Deadline deadline) {
    PolicySet covering = covering(request, pod);
    if (covering.policies().stream().allMatch(policy -> policy.mirrors().isEmpty())) {
      return ReviewResult.nothing();
    }
    Map<String, String> previous = ReviewScope.previousImages(request);
    PodRewrite rewrite = new PodRewrite(pod);
    rememberEarlier(covering, pod, rewrite);
    Map<ImageField, ImageReference> asked = new LinkedHashMap<>();
    ImageReview.Context unasked = context(request, covering, pod, new Keyring(List.of()), deadline);
    for (ImageField field : ReviewScope.changed(pod, previous)) {
      ImageReference.parseIfValid(field.image())
          .filter(_ -> !images.deniedUnasked(unasked, field))
          .ifPresent(reference -> asked.put(field, reference));
    }
    asked.entrySet().removeIf(entry -> restore(covering, entry, previous, rewrite));
    Keyring keyring = asked.isEmpty() ? new Keyring(List.of()) : keyring(request, pod);
    List<Map.Entry<ImageField, ImageReference>> entries = List.copyOf(asked.entrySet());
    List<MirrorPlan> plans =
        Concurrently.map(
            entries,
            entry ->
                mirrors.plan(
                    covering, pod, request.namespace(), entry.getValue(), keyring, deadline));
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      carryOut(plans.get(i), entries.get(i).getKey(), rewrite).ifPresent(findings::add);
    }
    return new ReviewResult(Findings.withoutDenials(Findings.merge(findings)), rewrite.finish());
  }

  private static ImageReview.Context context(
      ReviewRequest request,
      PolicySet covering,
      Workload workload,
      Keyring keyring,
      Deadline deadline) {
    return new ImageReview.Context(
        covering,
        workload,
        request.namespace(),
        keyring,
        ImageReview.serveSome(keyring, workload),
        deadline);
  }

  private static Optional<Finding> carryOut(MirrorPlan plan, ImageField field, PodRewrite rewrite) {
    switch (plan) {
      case MirrorPlan.None _ -> {}
      case MirrorPlan.Rewrite planned -> {
        rewrite.replace(field, planned.target().toString());
        rewrite.remember(field, field.image());
        planned.mirror().pullSecret().ifPresent(rewrite::addPullSecret);
      }
      case MirrorPlan.Stay stay -> {
        Subject subject = ImageReview.subject(field);
        return Optional.of(MirrorRules.stays(stay.mirror(), subject, stay.target(), stay.answer()));
      }
    }
    return Optional.empty();
  }

  /// A pod that is applied again with its source's name gets back what it holds, without asking.
  private static boolean restore(
      PolicySet covering,
      Map.Entry<ImageField, ImageReference> entry,
      Map<String, String> previous,
      PodRewrite rewrite) {
    ImageField field = entry.getKey();
    Optional<String> held =
        Optional.ofNullable(previous.get(field.key()))
            .filter(image -> becomes(covering, field.image(), image));
    held.ifPresent(image -> {
      rewrite.replace(field, image);
      rewrite.remember(field, field.image());
    });
    return held.isPresent();
  }

  /// Keeps what the annotation says of images at a mirror, where the mirror agrees.
  private static void rememberEarlier(PolicySet covering, Workload pod, PodRewrite rewrite) {
    Map<String, String> annotated = rewrite.annotated();
    for (ImageField field : pod.images()) {
      String original = annotated.get(field.key());
      if (original != null && becomes(covering, original, field.image())) {
        rewrite.remember(field, original);
      }
    }
  }

  private static boolean becomes(PolicySet covering, String original, String image) {
    return ImageReference.parseIfValid(original)
        .flatMap(
            reference -> covering.mirrorFor(reference).flatMap(mirror -> mirror.rewrite(reference)))
        .filter(target -> target.toString().equals(image))
        .isPresent();
  }

  private PolicySet covering(ReviewRequest request, Workload workload) {
    return policies
        .current()
        .covering(request.namespace(), namespaces.labels(request.namespace()), workload.labels());
  }

  private Keyring keyring(ReviewRequest request, Workload workload) {
    List<String> names = workload.pullSecretNames();
    return new Keyring(
        names.isEmpty() && !workload.isPod()
            ? keyrings.serviceAccountPullSecrets(request.namespace(), workload.serviceAccount())
            : keyrings.pullSecrets(request.namespace(), names));
  }
}
