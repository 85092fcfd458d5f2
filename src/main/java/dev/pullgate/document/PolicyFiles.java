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
  private static final String API_VERSION = "pullgate.dev/v1alpha1";

  private final List<Policy> policies = new ArrayList<>();
  private final List<RegistrySettings> registries = new ArrayList<>();
  private final List<PolicyException> exceptions = new ArrayList<>();
  private final Map<String, String> seen = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private PolicyFiles() {}

  /// Reads files and folders together.
  ///
  /// @throws DocumentException with every problem of every file, when there is one
  public static PolicySet load(List<Path> paths) throws DocumentException {
    PolicyFiles files = new PolicyFiles();
    for (Path path : paths) {
      for (Path file : files.list(path)) {
        files.read(file);
      }
    }
    if (files.problems.isEmpty() && files.policies.isEmpty()) {
      files.problems.add(
          "no policy in "
              + String.join(", ", paths.stream().map(Path::toString).toList())
              + ": a .yaml, .yml or .json file there has to hold a ClusterImagePolicy");
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
    String apiVersion = tree.path("apiVersion").asText("");
    if (!apiVersion.equals(API_VERSION)) {
      throw new FieldException(
          "/apiVersion",
          apiVersion.isEmpty() ? "is missing" : "must be " + API_VERSION + ", not " + apiVersion);
    }
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!List.of("apiVersion", "kind", "metadata", "spec", "status").contains(field.getKey())) {
        throw new FieldException("/" + field.getKey(), "unknown field");
      }
    }
    String kind = tree.path("kind").asText("");
    String name = tree.path("metadata").path("name").asText("");
    if (name.isEmpty()) {
      throw new FieldException("/metadata/name", "is missing");
    }
    switch (kind) {
      case "ClusterImagePolicy" ->
          policies.add(PolicyDecoder.decode(name, null, tree.path("spec")));
      case "ImagePolicy" ->
          policies.add(PolicyDecoder.decode(name, namespace(tree), tree.path("spec")));
      case "Registry" -> registries.add(RegistryDecoder.decode(tree.path("spec")));
      case "ImagePolicyException" ->
          exceptions.add(ExceptionDecoder.decode(name, tree.path("spec")));
      default ->
          throw new FieldException(
              "/kind", "must be ClusterImagePolicy, ImagePolicy, ImagePolicyException or Registry");
    }
    refuseTwice(document, kind + " " + namespaceOrNothing(tree) + name);
  }

  private static String namespace(JsonNode tree) throws FieldException {
    String namespace = tree.path("metadata").path("namespace").asText("");
    if (namespace.isEmpty()) {
      throw new FieldException("/metadata/namespace", "is missing: an ImagePolicy is namespaced");
    }
    return namespace;
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
