package dev.pullgate.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file of custom kinds as authors write it. What is absent is null.
record KindsSpec(@Nullable List<KindSpec> kinds) {
  /// One kind.
  record KindSpec(
      @Nullable String group,
      @Nullable List<String> versions,
      @Nullable String resource,
      @Nullable String kind,
      @Nullable List<String> podTemplates,
      @Nullable List<String> images) {}
}
