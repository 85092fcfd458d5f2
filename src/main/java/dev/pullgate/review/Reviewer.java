package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.credential.Keyring;
import dev.pullgate.credential.PullSecret;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.workload.CustomKinds;
import dev.pullgate.workload.ImageField;
import dev.pullgate.workload.JsonPatch;
import dev.pullgate.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Judges one object, or rewrites one pod, within a deadline. Safe for use by many threads.
public final class Reviewer {
  /// Time to read owners, which is done when all else is known.
  private static final Duration FOR_OWNERS = Duration.ofSeconds(1);

  private final PolicySource policies;
  private final KeyringSource keyrings;
  private final NamespaceSource namespaces;
  private final NodeSource nodes;
  private final MirrorPlanner mirrors;
  private final ImageReview images;
  private final Repairs repairs;
  private final DigestPinner digests;
  private final ExistingWorkloads existing;
  private final CustomKinds customKinds;

  /// Takes the ports that it asks, and knows no kinds but those of the API server.
  public Reviewer(ReviewPorts ports) {
    this(ports, CustomKinds.none());
  }

  /// Takes the ports that it asks, and the kinds that it judges beside those of the API server.
  public Reviewer(ReviewPorts ports, CustomKinds customKinds) {
    this.customKinds = customKinds;
    this.policies = ports.policies();
    this.keyrings = ports.keyrings();
    this.namespaces = ports.namespaces();
    this.nodes = ports.nodes();
    this.mirrors = new MirrorPlanner(ports.resolver(), keyrings);
    RegistryAnswers answers = new RegistryAnswers(ports.resolver());
    this.images = new ImageReview(answers, mirrors);
    this.digests = new DigestPinner(answers, images);
    this.repairs = new Repairs(ports.resolver());
    this.existing = new ExistingWorkloads(ports.owners());
  }

  /// Judges the images of an object by all policies that look at it.
  public ReviewResult validate(ReviewRequest request, Deadline deadline) {
    return ReviewScope.workload(request)
        .map(workload ->
            validate(
                request,
                workload,
                ReviewScope.changed(workload, ReviewScope.previousImages(request)),
                deadline))
        .orElseGet(() -> validateCustom(request, deadline));
  }

  /// Whether an object is of a kind that can be judged.
  public boolean knows(JsonNode object) {
    return Workload.of(object).isPresent() || customKinds.know(object);
  }

  private ReviewResult validateCustom(ReviewRequest request, Deadline deadline) {
    List<CustomScope.Changed> templates = CustomScope.changed(customKinds, request);
    if (templates.isEmpty()) {
      return ReviewResult.nothing();
    }
    List<ReviewResult> results =
        Concurrently.map(
            templates,
            template -> validate(request, template.template(), template.fields(), deadline));
    return new ReviewResult(
        Findings.merge(results.stream().flatMap(each -> each.findings().stream()).toList()),
        new JsonPatch(),
        results.stream().flatMap(each -> each.exemptions().stream()).toList());
  }

  private ReviewResult validate(
      ReviewRequest request, Workload workload, List<ImageField> fields, Deadline deadline) {
    if (fields.isEmpty()) {
      return ReviewResult.nothing();
    }
    PolicySet covering = covering(request, workload);
    if (covering.policies().isEmpty()) {
      return ReviewResult.nothing();
    }
    boolean ownersMatter = ExistingWorkloads.mayMatter(request, workload, covering);
    Deadline forFacts = ownersMatter ? deadline.leaving(FOR_OWNERS) : deadline;
    ImageReview.Context context =
        context(
            request, covering, workload, keyring(request, covering, workload, forFacts), forFacts);
    List<ImageReview.Judged> judged = images.judge(context, fields);
    List<Finding> found = judged.stream().flatMap(image -> image.findings().stream()).toList();
    List<Finding> findings =
        Findings.merge(
            ownersMatter ? existing.relax(request, workload, covering, found, deadline) : found);
    // Proposals are worth asking for only where a denial is certain.
    return new ReviewResult(
        repairs.complete(context, findings, judged), new JsonPatch(), context.exemptions().used());
  }

  /// Rewrites the images of a pod to their mirrors and digests. Never denies: what has to be
  /// denied, the validating webhook denies with everything else that is wrong.
  public ReviewResult mutate(ReviewRequest request, Deadline deadline) {
    return ReviewScope.workload(request)
        .filter(Workload::isPod)
        .map(pod -> mutate(request, pod, deadline))
        .orElseGet(ReviewResult::nothing);
  }

  private ReviewResult mutate(ReviewRequest request, Workload pod, Deadline deadline) {
    PolicySet covering = covering(request, pod);
    if (covering.policies().stream()
        .allMatch(policy -> policy.mirrors().isEmpty() && !policy.pins())) {
      return ReviewResult.nothing();
    }
    Map<String, String> previous = ReviewScope.previousImages(request);
    PodRewriter rewriter = new PodRewriter(mirrors, images, digests, covering, pod, previous);
    List<ImageField> asking = rewriter.restoreHeld(ReviewScope.changed(pod, previous));
    if (!asking.isEmpty()) {
      rewriter.rewrite(
          asking,
          context(request, covering, pod, keyring(request, covering, pod, deadline), deadline));
    }
    return rewriter.result();
  }

  private ImageReview.Context context(
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
        new PodNodes(nodes, workload),
        new Exemptions(covering, request.namespace(), deadline.clock().instant()),
        deadline);
  }

  private PolicySet covering(ReviewRequest request, Workload workload) {
    return policies
        .current()
        .covering(request.namespace(), namespaces.labels(request.namespace()), workload.labels());
  }

  /// No secret is read where no policy asks a registry.
  private Keyring keyring(
      ReviewRequest request, PolicySet covering, Workload workload, Deadline deadline) {
    if (covering.policies().stream().noneMatch(Reviewer::asksRegistries)) {
      return new Keyring(List.of());
    }
    if (!workload.hasPod()) {
      return new Keyring(
          List.of(
              new PullSecret.Unknown(
                  "of " + workload.kind(), "the object does not tell which its pods will have")));
    }
    List<String> names = workload.pullSecretNames();
    return new Keyring(
        names.isEmpty() && !workload.isPod()
            ? keyrings.serviceAccountPullSecrets(
                request.namespace(), workload.serviceAccount(), deadline)
            : keyrings.pullSecrets(request.namespace(), names, deadline));
  }

  private static boolean asksRegistries(Policy policy) {
    return policy.sections().resolution().isPresent()
        || policy.sections().pullSecrets().isPresent()
        || !policy.mirrors().isEmpty();
  }
}
