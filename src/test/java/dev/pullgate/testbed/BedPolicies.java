package dev.pullgate.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Policies for the registries of a test bed, whose ports are known only when it runs.
public final class BedPolicies {
  private BedPolicies() {}

  /// Where the open registry keeps its copies of Docker Hub's images.
  public static final String HUB_PATH = "dockerhub";

  /// The ready baseline, a mirror of Docker Hub in the open registry, and the registries. What is
  /// still asked of Docker Hub is asked of the open registry too, as with a runtime's mirror:
  /// nothing leaves the machine.
  ///
  /// @param folder to write the mirror and the registries into
  public static List<Path> write(Path folder, TestBed bed) {
    String open = bed.openRegistry().host();
    String hidden = bed.privateRegistry().host();
    String cache = bed.cacheRegistry().host();
    String misbehaving = bed.misbehavingRegistry().host();
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("registries.yaml"),
          registry("open", open, "")
              + registry("private", hidden, "")
              + registry("cache", cache, "")
              + registry("misbehaving", misbehaving, "")
              + registry("docker-hub", "docker.io", "  endpoint: " + open + "\n"));
      Files.writeString(folder.resolve("mirror.yaml"), mirror(open));
    } catch (IOException e) {
      throw new TestBedException("cannot write policies: " + e.getMessage(), e);
    }
    return List.of(ProjectRoot.find().resolve("policies"), folder);
  }

  /// A Registry that is asked by plain HTTP, as a document that others may follow.
  ///
  /// @param more lines of its spec, such as " timeout: 30s\n"
  public static String registry(String name, String host, String more) {
    return """
    ---
    apiVersion: pullgate.dev/v1alpha1
    kind: Registry
    metadata:
      name: %s
    spec:
      host: %s
      scheme: HTTP
    """
            .formatted(name, host)
        + more;
  }

  private static String mirror(String host) {
    return """
    apiVersion: pullgate.dev/v1alpha1
    kind: ClusterImagePolicy
    metadata:
      name: docker-hub-mirror
    spec:
      mirrors:
      - source: docker.io
        target: %s/%s
    """
        .formatted(host, HUB_PATH);
  }
}
