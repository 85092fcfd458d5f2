package dev.pullgate.review;

import java.util.Map;
import java.util.Set;

/// The users by which the controllers of Kubernetes act. The API server has authenticated them, so
/// that what they make is made from an object that is there.
final class BuiltInControllers {
  /// All controllers at once, where they have no service accounts of their own
  /// (`--use-service-account-credentials=false`).
  private static final String ALL = "system:kube-controller-manager";

  private static final String ACCOUNT = "system:serviceaccount:kube-system:";

  /// Those that copy a template which was judged when its owner was.
  private static final Map<String, String> COPYING =
      Map.of(
          "ReplicaSet", ACCOUNT + "deployment-controller",
          "Job", ACCOUNT + "cronjob-controller");

  private static final Set<String> MAKING_PODS =
      Set.of(
          ALL,
          ACCOUNT + "replicaset-controller",
          ACCOUNT + "replication-controller",
          ACCOUNT + "statefulset-controller",
          ACCOUNT + "daemon-set-controller",
          ACCOUNT + "job-controller");

  private BuiltInControllers() {}

  /// Whether a user makes objects of a kind by copying a template.
  static boolean copies(String kind, String user) {
    return COPYING.containsKey(kind) && (user.equals(ALL) || user.equals(COPYING.get(kind)));
  }

  /// Whether a user makes pods from templates.
  static boolean makePods(String user) {
    return MAKING_PODS.contains(user);
  }
}
