package dev.pullgate.resource;

import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;

/// The kinds of custom resources, and how they are named.
public final class Kinds {
  /// The API group of all kinds.
  public static final String GROUP = "pullgate.dev";

  /// The version of all kinds.
  public static final String VERSION = "v1alpha1";

  /// Group and version, as documents name them.
  public static final String API_VERSION = GROUP + "/" + VERSION;

  /// All kinds.
  public static final List<Class<? extends CustomResource<?, ?>>> ALL =
      List.of(
          ClusterImagePolicy.class, ImagePolicy.class, ImagePolicyException.class, Registry.class);

  private Kinds() {}
}
