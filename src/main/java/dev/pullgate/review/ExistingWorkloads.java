package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.Rule;
import dev.pullgate.policy.Verdict;
import dev.pullgate.review.OwnerSource.Answer;
import dev.pullgate.workload.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was there before a policy began to enforce goes on working: makes a warning of a denial for
/// an image that the object's root owner carries, or carried, where that owner is older than the
/// policy.
///
/// Who asks does not matter, only the image: it may run already by scaling that owner. There is one
/// case in which it matters, an owner that cannot be read. Then a pod that a controller of
/// Kubernetes makes is admitted, since its reference cannot be forged and an API server that is
/// slow must not stop a drain; anybody else's object is rejected.
final class ExistingWorkloads {
  private final OwnerSource owners;

  ExistingWorkloads(OwnerSource owners) {
    this.owners = owners;
  }

  /// A template of a workload.
  ///
  /// @param judged whether the gate sees it when it is made: what nobody judges counts only where
  ///   it is itself older than the policy
  private record Template(JsonNode made, boolean judged, List<ImageIdentity> images) {}

  /// Whether owners may have to be read, so that time has to be left for it.
  static boolean mayMatter(ReviewRequest request, Workload workload, PolicySet covering) {
    return covering.policies().stream().anyMatch(policy -> policy.relaxedSince().isPresent())
        && RootOwner.isPossible(request, workload);
  }

  List<Finding> relax(
      ReviewRequest request,
      Workload workload,
      PolicySet covering,
      List<Finding> findings,
      Deadline deadline) {
    boolean nothingToRelax =
        findings.stream().noneMatch(finding -> began(covering, finding).isPresent());
    if (nothingToRelax) {
      return findings;
    }
    return switch (RootOwner.of(request, workload, owners, deadline)) {
      case RootOwner.None _ -> findings;
      case RootOwner.Unread unread ->
          findings.stream()
              .map(finding ->
                  began(covering, finding).isPresent()
                      ? undecided(request, finding, unread.reason())
                      : finding)
              .toList();
      case RootOwner.Known root -> new Comparison(request, covering, root, deadline).of(findings);
    };
  }

  /// When the policy of a denial began, where it relaxes. Two policies of one name, one of them
  /// namespaced, have to agree: neither may speak for the other.
  private static Optional<Instant> began(PolicySet covering, Finding finding) {
    List<Policy> policies =
        covering.policies().stream()
            .filter(policy -> policy.name().equals(finding.policy()))
            .toList();
    boolean agree = policies.stream().allMatch(policy -> policy.relaxedSince().isPresent());
    return finding.verdict() == Verdict.DENY && agree
        ? policies.stream()
            .flatMap(policy -> policy.relaxedSince().stream())
            .min(Comparator.naturalOrder())
        : Optional.empty();
  }

  private static Finding undecided(ReviewRequest request, Finding finding, String reason) {
    return BuiltInControllers.makePods(request.username())
        ? said(
            finding,
            Verdict.WARN,
            "whether its owner is older than policy %s is not known, %s"
                .formatted(finding.policy(), reason),
            Finding.UNREAD_OWNER)
        : said(
            finding,
            Verdict.DENY,
            "whether its owner is older than policy %s is not known, %s; if it is, try again later"
                .formatted(finding.policy(), reason),
            null);
  }

  private static Finding said(
      Finding finding, Verdict verdict, String sentence, @Nullable String existing) {
    Map<String, String> evidence = new HashMap<>(finding.evidence());
    if (existing != null) {
      evidence.put(Finding.EXISTING, existing);
    }
    return new Finding(
        finding.rule(),
        finding.policy(),
        finding.mode(),
        verdict,
        finding.subject(),
        finding.message(),
        finding.proof().isEmpty() ? sentence : finding.proof() + "; " + sentence,
        finding.repair(),
        evidence);
  }

  /// One object's findings beside what its owner carries.
  private final class Comparison {
    private final ReviewRequest request;
    private final PolicySet policies;
    private final RootOwner.Known root;
    private final Deadline deadline;
    private final List<Template> carried = new ArrayList<>();
    private @Nullable Answer revisions;

    Comparison(ReviewRequest request, PolicySet policies, RootOwner.Known root, Deadline deadline) {
      this.request = request;
      this.policies = policies;
      this.root = root;
      this.deadline = deadline;
      this.carried.add(template(root.object(), true, root.object()));
    }

    List<Finding> of(List<Finding> findings) {
      return findings.stream()
          .map(finding ->
              began(policies, finding)
                  .filter(root::olderThan)
                  .map(began -> compared(finding, began))
                  .orElse(finding))
          .toList();
    }

    private Finding compared(Finding finding, Instant began) {
      // Older templates are another request, and seldom needed.
      if (carries(finding, began) || (readRevisions() && carries(finding, began))) {
        return said(
            finding,
            Verdict.WARN,
            "%s is older than policy %s, which rejects new ones"
                .formatted(root.label(), finding.policy()),
            root.label());
      }
      return revisions instanceof Answer.Unread unread
          ? undecided(request, finding, unread.reason())
          : finding;
    }

    private boolean carries(Finding finding, Instant began) {
      ImageIdentity image = ImageIdentity.of(policies, finding.subject().image());
      // Mutation may have pinned it. What decides whether a registry is allowed is never pinned:
      // nothing is asked of that registry.
      boolean pinned =
          finding.rule() != Rule.REGISTRY_NOT_ALLOWED
              && policies.policies().stream().anyMatch(Policy::pinsDigests);
      return carried.stream()
          .filter(template -> template.judged() || RootOwner.older(template.made(), began))
          .flatMap(template -> template.images().stream())
          .anyMatch(past -> image.isSameAs(past) || (pinned && image.mayBePinned(past)));
    }

    /// @return whether there are more templates now
    private boolean readRevisions() {
      if (revisions != null) {
        return false;
      }
      Answer answer = owners.revisions(root.object(), request.namespace(), deadline);
      revisions = answer;
      if (answer instanceof Answer.Read read) {
        read.objects().stream().filter(this::isOwned).map(this::revision).forEach(carried::add);
      }
      return true;
    }

    private boolean isOwned(JsonNode revision) {
      for (JsonNode owner : revision.path("metadata").path("ownerReferences")) {
        if (owner.path("controller").asBoolean(false)
            && owner.path("uid").asText("").equals(root.uid())) {
          return true;
        }
      }
      return false;
    }

    /// The gate judges ReplicaSets; a ControllerRevision is made unseen, and holds the `spec` of
    /// its workload as far as it was rolled out.
    private Template revision(JsonNode object) {
      if (!object.path("kind").asText("").equals("ControllerRevision")) {
        return template(object, true, object);
      }
      ObjectNode workload = JsonNodeFactory.instance.objectNode();
      workload.set("apiVersion", root.object().path("apiVersion"));
      workload.set("kind", root.object().path("kind"));
      workload.set("spec", object.path("data").path("spec"));
      return template(object, false, workload);
    }

    private Template template(JsonNode made, boolean judged, JsonNode workload) {
      List<ImageIdentity> images =
          Workload.of(workload).stream()
              .flatMap(known -> known.images().stream())
              .map(field -> ImageIdentity.of(policies, field.image()))
              .toList();
      return new Template(made, judged, images);
    }
  }
}
