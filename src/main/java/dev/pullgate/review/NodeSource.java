package dev.pullgate.review;

import java.util.List;

/// Port: the nodes on which pods may run.
public interface NodeSource {
  /// All nodes as they are known now, in the order of their names; empty where there is no cluster,
  /// or where nodes cannot be read.
  List<ClusterNode> nodes();
}
