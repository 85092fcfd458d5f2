package dev.pullgate.image;

import java.util.List;

/// The manifest types that current runtimes pull.
///
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md">media-types.md</a>
public final class MediaType {
  /// An image index of the Open Container Initiative.
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  /// A single manifest of the Open Container Initiative.
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /// Docker's manifest list, the older form of an index.
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  /// Docker's manifest, schema 2.
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /// All of them, as a request has to name them: a registry answers "unknown" for an index when the
  /// client does not accept one.
  public static final List<String> MANIFESTS =
      List.of(OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST);

  /// Docker's first manifests, signed and not, which current runtimes no longer pull.
  public static final List<String> SCHEMA_1 =
      List.of(
          "application/vnd.docker.distribution.manifest.v1+prettyjws",
          "application/vnd.docker.distribution.manifest.v1+json");

  /// Those that list other manifests by platform.
  public static final List<String> INDEXES = List.of(OCI_INDEX, DOCKER_LIST);

  private MediaType() {}
}
