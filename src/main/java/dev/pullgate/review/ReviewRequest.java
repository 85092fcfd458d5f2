package dev.pullgate.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One object to judge, and what is done with it.
///
/// @param operation `CREATE`, `UPDATE`, `DELETE` or `CONNECT`
/// @param subResource for example `ephemeralcontainers`; empty for the object itself
/// @param namespace of the object
/// @param username of the requesting user
/// @param object as it will be stored
/// @param previous the object as it is stored; absent on creation
public record ReviewRequest(
    String operation,
    String subResource,
    String namespace,
    String username,
    JsonNode object,
    @Nullable JsonNode previous) {
  /// The object as it is stored.
  public Optional<JsonNode> oldObject() {
    return Optional.ofNullable(previous);
  }
}
