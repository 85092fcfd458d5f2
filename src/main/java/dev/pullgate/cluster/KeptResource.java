package dev.pullgate.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.document.DecodedResource;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A custom resource, and what of it is in effect.
///
/// @param object as the cluster holds it now
/// @param problem why its spec is not accepted: field and clause; absent where it is
/// @param form what is in effect, which is an older form where the spec is not accepted; absent
///   where there is none
/// @param since when the policy began to enforce in that form; absent where it does not enforce, or
///   is no policy
record KeptResource(
    JsonNode object, @Nullable String problem, @Nullable Form form, @Nullable Instant since) {

  /// A form of the spec that was accepted.
  ///
  /// @param generation of the object when it had this spec
  /// @param spec as written
  /// @param decoded the same, to judge by
  record Form(long generation, JsonNode spec, DecodedResource decoded) {}

  Optional<String> rejection() {
    return Optional.ofNullable(problem);
  }

  Optional<Form> inEffect() {
    return Optional.ofNullable(form);
  }

  Optional<Instant> enforcedSince() {
    return Optional.ofNullable(since);
  }

  String kind() {
    return object.path("kind").asText("");
  }

  String name() {
    return object.path("metadata").path("name").asText("");
  }

  /// Empty for the kinds of the cluster.
  String namespace() {
    return object.path("metadata").path("namespace").asText("");
  }

  String uid() {
    return object.path("metadata").path("uid").asText("");
  }

  long generation() {
    return object.path("metadata").path("generation").asLong();
  }

  /// As people name it: `ImagePolicy shop/pinned`.
  String title() {
    return kind() + " " + (namespace().isEmpty() ? "" : namespace() + "/") + name();
  }
}
