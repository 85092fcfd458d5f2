package dev.pullgate.review;

import dev.pullgate.workload.Workload;
import java.util.Arrays;
import java.util.Optional;

/// The kinds whose controllers are part of Kubernetes, and that own pods directly or by one step.
public enum OwnerKind {
  /// Owns ReplicaSets.
  DEPLOYMENT("apps", "Deployment", "deployments"),
  /// Owns pods.
  REPLICA_SET("apps", "ReplicaSet", "replicasets"),
  /// Owns pods, and a ControllerRevision for each of its templates.
  STATEFUL_SET("apps", "StatefulSet", "statefulsets"),
  /// Owns pods, and a ControllerRevision for each of its templates.
  DAEMON_SET("apps", "DaemonSet", "daemonsets"),
  /// Owns pods.
  REPLICATION_CONTROLLER("", "ReplicationController", "replicationcontrollers"),
  /// Owns pods.
  JOB("batch", "Job", "jobs"),
  /// Owns Jobs.
  CRON_JOB("batch", "CronJob", "cronjobs");

  private final String group;
  private final String kind;
  private final String plural;

  OwnerKind(String group, String kind, String plural) {
    this.group = group;
    this.kind = kind;
    this.plural = plural;
  }

  /// The kind of an object or of an owner reference, in whatever version.
  public static Optional<OwnerKind> of(String apiVersion, String kind) {
    String group = Workload.group(apiVersion);
    return Arrays.stream(values())
        .filter(each -> each.kind.equals(kind) && each.group.equals(group))
        .findFirst();
  }

  /// The API group; empty for the core group.
  public String group() {
    return group;
  }

  /// The group and version by which it is read, for example `apps/v1`.
  public String apiVersion() {
    return group.isEmpty() ? "v1" : group + "/v1";
  }

  /// The kind, for example `Deployment`.
  public String kind() {
    return kind;
  }

  /// The resource, for example `deployments`.
  public String plural() {
    return plural;
  }

  /// Whether objects of a kind are made by the controller of this one. A longer way up would let a
  /// new Deployment that refers to an old one pass for it.
  boolean owns(String childKind) {
    return switch (this) {
      case DEPLOYMENT -> childKind.equals("ReplicaSet");
      case CRON_JOB -> childKind.equals("Job");
      case REPLICA_SET, STATEFUL_SET, DAEMON_SET, REPLICATION_CONTROLLER, JOB ->
          childKind.equals("Pod");
    };
  }
}
