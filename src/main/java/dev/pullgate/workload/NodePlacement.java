package dev.pullgate.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a pod's spec says of the nodes on which it may run: what the scheduler takes as binding.
/// Preferences, other pods and resources are left out.
///
/// @see <a
///   href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/">Assigning pods
///   to nodes</a>
public final class NodePlacement {
  /// Taints that come and go with the state of a node: the pod may run there later.
  private static final List<String> PASSING_TAINTS =
      List.of(
          "node.kubernetes.io/",
          "node.cloudprovider.kubernetes.io/",
          "ToBeDeletedByClusterAutoscaler");

  private static final Map<String, String> OLD_NAMES =
      Map.of(
          "kubernetes.io/os", "beta.kubernetes.io/os",
          "kubernetes.io/arch", "beta.kubernetes.io/arch");

  /// More than anybody writes by hand: of such a spec nothing is known, since each part is held
  /// against each node.
  private static final int MOST_PARTS = 256;

  private final boolean known;
  private final String nodeName;
  private final String operatingSystem;
  private final Map<String, String> selector;
  private final boolean hasAffinity;
  private final List<NodeTerm> terms;
  private final List<Toleration> tolerations;

  private NodePlacement(JsonNode spec) {
    this.nodeName = spec.path("nodeName").asText("");
    this.operatingSystem = spec.path("os").path("name").asText("");
    this.selector = new HashMap<>();
    spec.path("nodeSelector")
        .properties()
        .forEach(label -> selector.put(label.getKey(), label.getValue().asText("")));
    JsonNode required =
        spec.at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution");
    this.hasAffinity = required.isObject();
    this.terms = new ArrayList<>();
    required.path("nodeSelectorTerms").forEach(term -> terms.add(NodeTerm.of(term)));
    this.tolerations = new ArrayList<>();
    spec.path("tolerations").forEach(toleration -> tolerations.add(Toleration.of(toleration)));
    int parts = selector.size() + tolerations.size() + terms.size();
    this.known = parts + terms.stream().mapToInt(NodeTerm::size).sum() <= MOST_PARTS;
  }

  static NodePlacement of(JsonNode spec) {
    return new NodePlacement(spec);
  }

  /// Whether the pod may run on a node.
  public boolean allows(String name, Map<String, String> labels, List<Taint> taints) {
    if (!known) {
      return false;
    }
    // A pod that names its node passes the scheduler by.
    return nodeName.isEmpty()
        ? selects(name, labels) && taints.stream().allMatch(this::tolerates)
        : nodeName.equals(name);
  }

  private boolean selects(String name, Map<String, String> labels) {
    boolean operatingSystemFits =
        operatingSystem.isEmpty()
            || operatingSystem.equals(labels.getOrDefault("kubernetes.io/os", operatingSystem));
    return operatingSystemFits
        && labels.entrySet().containsAll(selector.entrySet())
        && (!hasAffinity || terms.stream().anyMatch(term -> term.matches(name, labels)));
  }

  private boolean tolerates(Taint taint) {
    return !(taint.effect().equals("NoSchedule") || taint.effect().equals("NoExecute"))
        || PASSING_TAINTS.stream().anyMatch(taint.key()::startsWith)
        || tolerations.stream().anyMatch(toleration -> toleration.tolerates(taint));
  }

  /// An operating system and an architecture that the spec names. Either may be empty.
  public record Selected(String os, String architecture) {}

  /// What the spec itself says of operating system and architecture, for where no node is known on
  /// which the pod may run; empty where it leaves both open, in any of its alternatives.
  public Set<Selected> selected() {
    if (!known) {
      return Set.of();
    }
    Set<Selected> all = new HashSet<>();
    for (NodeTerm term : hasAffinity ? terms : List.of(NodeTerm.ANY)) {
      for (String os : values("kubernetes.io/os", term, operatingSystem)) {
        for (String architecture : values("kubernetes.io/arch", term, "")) {
          all.add(new Selected(os, architecture));
        }
      }
    }
    return all.contains(new Selected("", "")) ? Set.of() : Set.copyOf(all);
  }

  private Set<String> values(String label, NodeTerm term, String stated) {
    for (String name : List.of(label, OLD_NAMES.getOrDefault(label, label))) {
      Set<String> values =
          selector.containsKey(name) ? Set.of(selector.getOrDefault(name, "")) : term.in(name);
      if (!values.isEmpty()) {
        return values;
      }
    }
    return Set.of(stated);
  }
}
