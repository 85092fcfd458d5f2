package dev.pullgate.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicyException;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Reads policies and registries from files. Of a folder only the files directly in it count: its
/// subfolders hold variants that one chooses instead.
public final class PolicyFiles {
  private final List<Policy> policies = new ArrayList<>();
  private final List<RegistrySettings> registries = new ArrayList<>();
  private final List<PolicyException> exceptions = new ArrayList<>();
  private final Map<String, String> seen = new HashMap<>();
  private final Map<String, String> hosts = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private PolicyFiles() {}

  /// Reads files and folders together.
  ///
  /// @throws DocumentException with every problem of every file, when there is one, or when there
  ///   is no policy
  public static PolicySet load(List<Path> paths) throws DocumentException {
    PolicySet loaded = loadAny(paths);
    if (loaded.policies().isEmpty()) {
      throw new DocumentException(
          List.of(
              "no policy in "
                  + String.join(", ", paths.stream().map(Path::toString).toList())
                  + ": a .yaml, .yml or .json file there has to hold a ClusterImagePolicy"));
    }
    return loaded;
  }

  /// The same where policies may come from the cluster too: files may hold none.
  ///
  /// @throws DocumentException with every problem of every file, when there is one
  public static PolicySet loadAny(List<Path> paths) throws DocumentException {
    PolicyFiles files = new PolicyFiles();
    for (Path path : paths) {
      for (Path file : files.list(path)) {
        files.read(file);
      }
    }
    if (!files.problems.isEmpty()) {
      throw new DocumentException(files.problems);
    }
    return new PolicySet(files.policies, files.registries, files.exceptions);
  }

  private List<Path> list(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .filter(Files::isRegularFile)
          .filter(file -> isPolicyFile(String.valueOf(file.getFileName())))
          .sorted()
          .toList();
    } catch (IOException _) {
      problems.add(path + ": the folder cannot be read");
      return List.of();
    }
  }

  /// A kustomization beside the policies is there for `kubectl apply -k`.
  private static boolean isPolicyFile(String name) {
    return (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"))
        && !name.startsWith("kustomization.");
  }

  private void read(Path file) {
    try {
      for (YamlDocument document : YamlReader.read(file.toString(), Files.readString(file))) {
        decode(document);
      }
    } catch (DocumentException e) {
      problems.addAll(e.problems());
    } catch (NoSuchFileException _) {
      problems.add(file + ": no such file or folder");
    } catch (MalformedInputException _) {
      problems.add(file + ": is no UTF-8 text");
    } catch (IOException _) {
      problems.add(file + ": cannot be read");
    }
  }

  private void decode(YamlDocument document) {
    JsonNode tree = document.tree();
    try {
      decode(tree, document);
    } catch (FieldException e) {
      problems.add(document.problem(e.pointer(), e.problem()));
    }
  }

  private void decode(JsonNode tree, YamlDocument document) throws FieldException {
    switch (ResourceDecoder.decode(tree)) {
      case DecodedResource.OfPolicy decoded -> policies.add(decoded.policy());
      case DecodedResource.OfRegistry decoded -> registry(decoded.settings(), document);
      case DecodedResource.OfException decoded -> exceptions.add(decoded.exception());
    }
    refuseTwice(
        document,
        tree.path("kind").asText()
            + " "
            + namespaceOrNothing(tree)
            + tree.path("metadata").path("name").asText());
  }

  /// Two answers to what holds for a host would leave it to the order of files which one counts.
  private void registry(RegistrySettings settings, YamlDocument document) throws FieldException {
    String earlier =
        hosts.putIfAbsent(
            settings.host(), document.file() + ":" + document.position("/spec/host").line());
    if (earlier != null) {
      throw new FieldException(
          "/spec/host", settings.host() + " is declared in " + earlier + " already");
    }
    registries.add(settings);
  }

  private static String namespaceOrNothing(JsonNode tree) {
    String namespace = tree.path("metadata").path("namespace").asText("");
    return namespace.isEmpty() ? "" : namespace + "/";
  }

  private void refuseTwice(YamlDocument document, String identity) throws FieldException {
    String earlier = seen.putIfAbsent(identity, document.file());
    if (earlier != null) {
      throw new FieldException("/metadata/name", identity + " stands in " + earlier + " already");
    }
  }
}
