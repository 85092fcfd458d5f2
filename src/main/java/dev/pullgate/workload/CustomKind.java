package dev.pullgate.workload;

import java.util.List;

/// A kind of custom resource, and where images stand in it.
///
/// @param group such as `argoproj.io`
/// @param versions those in which the API server sends it, such as `v1alpha1`
/// @param resource the plural by which the API server knows it, such as `rollouts`
/// @param kind such as `Rollout`
/// @param podTemplates where it holds pod templates: objects with a `spec` that is a pod's
/// @param images where it holds images outside of pod templates
public record CustomKind(
    String group,
    List<String> versions,
    String resource,
    String kind,
    List<PointerPattern> podTemplates,
    List<PointerPattern> images) {
  /// Copies the lists.
  public CustomKind {
    versions = List.copyOf(versions);
    podTemplates = List.copyOf(podTemplates);
    images = List.copyOf(images);
  }
}
