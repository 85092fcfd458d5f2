package dev.pullgate.testbed;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Folders of programs the test bed starts. The first use on a machine builds them with Go, which
/// takes minutes; then they are in the cache of the user.
public final class Tools {
  private static final String ASSETS = "KUBEBUILDER_ASSETS";

  private final Path folder;

  private Tools(Path folder) {
    this.folder = folder;
  }

  /// `etcd`, `kube-apiserver` and `kube-controller-manager`: from the folder that environment
  /// `KUBEBUILDER_ASSETS` names (where the last is often not there), or built.
  ///
  /// @throws ToolsMissingException without Go and without `KUBEBUILDER_ASSETS`
  public static Tools kubernetes(Progress progress) {
    String assets = System.getenv().getOrDefault(ASSETS, "");
    if (assets.isBlank()) {
      return new Tools(new GoBuild(GoModule.KUBERNETES, progress).binaries());
    }
    Tools tools = new Tools(Path.of(assets).toAbsolutePath());
    for (String name : List.of("etcd", "kube-apiserver")) {
      if (!tools.has(name)) {
        throw new ToolsMissingException(
            name + " is not in " + assets + ", the folder that " + ASSETS + " names");
      }
    }
    return tools;
  }

  /// `registry`, `crane` and `htpasswd`.
  ///
  /// @throws ToolsMissingException without Go
  public static Tools registry(Progress progress) {
    return new Tools(new GoBuild(GoModule.REGISTRY, progress).binaries());
  }

  /// `originals`, which [Originals] asks.
  ///
  /// @throws ToolsMissingException without Go
  static Tools originals(Progress progress) {
    return new Tools(new GoBuild(GoModule.ORIGINALS, progress).binaries());
  }

  /// The path of a program.
  ///
  /// @throws IllegalArgumentException when it is not {@linkplain #has there}
  public Path get(String name) {
    if (!has(name)) {
      throw new IllegalArgumentException("no " + name + " in " + folder);
    }
    return folder.resolve(name);
  }

  /// Whether a program is there.
  public boolean has(String name) {
    return Files.isExecutable(folder.resolve(name));
  }

  /// A program on the `PATH`.
  static Optional<Path> onPath(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder).resolve(name).toAbsolutePath())
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }
}
