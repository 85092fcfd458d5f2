package dev.pullgate.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.OwnerReference;
import dev.pullgate.review.OwnerSource;

/// Without a cluster no owner can be read.
final class UnknownOwners implements OwnerSource {
  private static final Answer NO_CLUSTER = new Answer.Unread("there is no cluster to ask");

  @Override
  public Answer owner(OwnerReference reference, Deadline deadline) {
    return NO_CLUSTER;
  }

  @Override
  public Answer revisions(JsonNode owner, String namespace, Deadline deadline) {
    return NO_CLUSTER;
  }
}
