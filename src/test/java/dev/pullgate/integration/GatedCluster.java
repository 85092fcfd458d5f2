package dev.pullgate.integration;

import dev.pullgate.testbed.PullgateServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/// A cluster with one gate in front of it for all tests of a class, and a new namespace for each.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GatedCluster {
  final ClusterBed cluster = ClusterBed.get();
  final PullgateServer gate = cluster.startGate();
  UserNamespace namespace = new UserNamespace(cluster);

  @BeforeEach
  void makeNamespace() {
    namespace = new UserNamespace(cluster);
  }

  @AfterAll
  void stop() {
    gate.close();
  }
}
