package dev.pullgate.testbed;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the checkout is: tests, `make` and people start in different folders of it.
final class ProjectRoot {
  private static final String PROPERTY = "pullgate.root";

  private ProjectRoot() {}

  /// The folder that holds `pom.xml` and `src/test/testbed`: the system property `pullgate.root`,
  /// or the nearest such folder from the working directory upwards.
  static Path find() {
    String property = System.getProperty(PROPERTY, "");
    Path start = Path.of(property).toAbsolutePath().normalize();
    if (!property.isEmpty()) {
      return start;
    }
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("pom.xml"))
          && Files.isDirectory(folder.resolve("src/test/testbed"))) {
        return folder;
      }
    }
    throw new TestBedException(
        start + " is not inside the pullgate checkout; go there, or set -D" + PROPERTY + "=FOLDER");
  }
}
