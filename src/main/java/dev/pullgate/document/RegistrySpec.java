package dev.pullgate.document;

import org.jspecify.annotations.Nullable;

/// The `spec` of a Registry, field by field as authors write it. What is absent is null.
///
/// @param timeout such as `2s` or `500ms`
record RegistrySpec(
    @Nullable String host,
    @Nullable SchemeText scheme,
    @Nullable String caBundle,
    @Nullable Boolean nodeCredentials,
    @Nullable String credentials,
    @Nullable String endpoint,
    @Nullable Integer requestsPerSecond,
    @Nullable Integer maxConcurrent,
    @Nullable String timeout) {

  enum SchemeText {
    HTTPS,
    HTTP
  }
}
