package dev.pullgate.cluster;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchCondition;
import java.util.List;

/// Expressions by which the API server itself leaves out what cannot matter.
///
/// An expression that fails skips the webhook, so none of these can: each field that may be absent
/// is tested first, nothing is iterated, and comparing two trees costs no more than reading them.
/// Those of the mutating webhook read neither images nor labels: the API server evaluates them
/// before other webhooks have injected their containers.
///
/// @see <a
///   href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchconditions">matchConditions</a>
final class MatchConditions {
  /// The stored object counts: a new one can claim to be deleted.
  private static final MatchCondition NOT_BEING_DELETED =
      new MatchCondition(
          "oldObject == null || !has(oldObject.metadata)"
              + " || !has(oldObject.metadata.deletionTimestamp)",
          "not-being-deleted");

  /// Of an update only images that changed are judged. Of custom kinds it is not known where they
  /// stand, and a PodTemplate has no spec: both are always sent. Where there is a template, all
  /// images stand in it, so that a change of `replicas` is left out too.
  private static final MatchCondition IMAGES_MAY_CHANGE =
      new MatchCondition(
          "request.operation != 'UPDATE'"
              + " || !(request.kind.group in ['', 'apps', 'batch'])"
              + " || oldObject == null || !has(object.spec) || !has(oldObject.spec)"
              + " || (has(object.spec.template) && has(oldObject.spec.template)"
              + " ? object.spec.template != oldObject.spec.template"
              + " : object.spec != oldObject.spec)",
          "images-may-change");

  /// A ReplicaSet of a Deployment and a Job of a CronJob copy a template that was judged when its
  /// owner was.
  private static final MatchCondition NOT_COPIED_BY_A_CONTROLLER =
      new MatchCondition(
          "!has(request.userInfo.username)"
              + " || !(request.kind.group == 'apps' && request.kind.kind == 'ReplicaSet'"
              + " && request.userInfo.username"
              + " == 'system:serviceaccount:kube-system:deployment-controller'"
              + " || request.kind.group == 'batch' && request.kind.kind == 'Job'"
              + " && request.userInfo.username"
              + " == 'system:serviceaccount:kube-system:cronjob-controller')",
          "not-copied-by-a-controller");

  private MatchConditions() {}

  static List<MatchCondition> ofMutation() {
    return List.of(NOT_BEING_DELETED);
  }

  static List<MatchCondition> ofValidation() {
    return List.of(NOT_BEING_DELETED, IMAGES_MAY_CHANGE, NOT_COPIED_BY_A_CONTROLLER);
  }
}
