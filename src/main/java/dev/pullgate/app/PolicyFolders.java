package dev.pullgate.app;

import dev.pullgate.document.DocumentException;
import dev.pullgate.document.PolicyFiles;
import dev.pullgate.policy.PolicySet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Which files the policies come from.
final class PolicyFolders {
  private static final Path DEFAULT = Path.of("policies");

  private PolicyFolders() {}

  /// The policies of the files. A gate in front of a cluster needs none: the default folder may be
  /// missing there, and those that the user names may hold no policy. One that he names has to be
  /// there in any case.
  ///
  /// @throws DocumentException with every problem of every file, when there is one
  static PolicySet load(GateConfiguration configuration) throws DocumentException {
    List<Path> named = configuration.policies().orElse(List.of());
    List<Path> paths = named.isEmpty() ? List.of(DEFAULT) : named;
    if (configuration.standalone()) {
      return PolicyFiles.load(paths);
    }
    boolean absent = named.isEmpty() && !Files.exists(DEFAULT);
    return PolicyFiles.loadAny(absent ? List.of() : paths);
  }
}
