package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Port: reads the built-in workloads that objects say to belong to, and their older templates.
/// Asked only when a denial is certain.
public interface OwnerSource {
  /// Reads an owner by its name: one object, with `apiVersion` and `kind`, or none where there is
  /// none by this name. Its uid may be another than the reference says.
  Answer owner(OwnerReference reference, Deadline deadline);

  /// Reads what may hold older templates of a workload, with `apiVersion` and `kind`: the
  /// ReplicaSets that a Deployment selects, the ControllerRevisions that a StatefulSet or DaemonSet
  /// selects, whoever owns them; none for other kinds.
  ///
  /// @param owner as it was read
  Answer revisions(JsonNode owner, String namespace, Deadline deadline);

  /// What came of reading.
  sealed interface Answer {
    /// The objects that are there.
    record Read(List<JsonNode> objects) implements Answer {
      /// Copies the objects.
      public Read {
        objects = List.copyOf(objects);
      }
    }

    /// The API server did not say, or not in time.
    ///
    /// @param reason a sentence without a full stop, for example `jobs could not be read: it
    ///   forbids the request (403)`
    record Unread(String reason) implements Answer {}
  }
}
