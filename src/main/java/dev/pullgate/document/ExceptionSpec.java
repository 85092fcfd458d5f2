package dev.pullgate.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `spec` of an ImagePolicyException as authors write it. What is absent is null.
record ExceptionSpec(
    @Nullable List<String> policies,
    @Nullable List<String> rules,
    @Nullable MatchSpec match,
    @Nullable String reason,
    @Nullable String expires) {
  record MatchSpec(@Nullable List<String> namespaces, @Nullable List<String> images) {}
}
