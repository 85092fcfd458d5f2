package dev.pullgate.document;

import dev.pullgate.workload.CustomKind;
import dev.pullgate.workload.CustomKinds;
import dev.pullgate.workload.PointerPattern;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads files that say where images stand in kinds beside those of the API server.
public final class KindFiles {
  private static final int MAX_PATTERNS = 64;
  private static final Pattern GROUP =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");
  private static final Pattern VERSION = Pattern.compile("v[0-9]{1,3}((alpha|beta)[0-9]{1,3})?");
  private static final Pattern RESOURCE = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern KIND = Pattern.compile("[A-Z][A-Za-z0-9]{0,62}");

  private final List<CustomKind> kinds = new ArrayList<>();
  private final Map<String, String> seen = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private KindFiles() {}

  /// Reads files together.
  ///
  /// @throws DocumentException with every file's first problem, when there is one
  public static CustomKinds load(List<Path> paths) throws DocumentException {
    KindFiles files = new KindFiles();
    paths.forEach(files::read);
    if (!files.problems.isEmpty()) {
      throw new DocumentException(files.problems);
    }
    return new CustomKinds(files.kinds);
  }

  private void read(Path file) {
    try {
      List<YamlDocument> documents = YamlReader.read(file.toString(), Files.readString(file));
      if (documents.isEmpty()) {
        problems.add(file + ": names no kind; see docs/custom-kinds.md");
      }
      for (YamlDocument document : documents) {
        decode(document);
      }
    } catch (DocumentException e) {
      problems.addAll(e.problems());
    } catch (NoSuchFileException _) {
      problems.add(file + ": no such file");
    } catch (MalformedInputException _) {
      problems.add(file + ": is no UTF-8 text");
    } catch (IOException _) {
      problems.add(file + ": cannot be read");
    }
  }

  private void decode(YamlDocument document) {
    try {
      KindsSpec spec = StrictDecoder.decode(document.tree(), "", KindsSpec.class);
      List<KindsSpec.KindSpec> written = required(spec.kinds(), "/kinds");
      for (int i = 0; i < written.size(); i++) {
        String pointer = "/kinds/" + i;
        CustomKind kind = kind(written.get(i), pointer);
        String earlier = seen.putIfAbsent(kind.group() + "/" + kind.kind(), document.file());
        if (earlier != null) {
          throw new FieldException(
              pointer + "/kind",
              kind.kind() + " of " + kind.group() + " stands in " + earlier + " already");
        }
        kinds.add(kind);
      }
    } catch (FieldException e) {
      problems.add(document.problem(e.pointer(), e.problem()));
    }
  }

  private static CustomKind kind(KindsSpec.KindSpec spec, String pointer) throws FieldException {
    String group =
        matching(
            spec.group(), pointer + "/group", GROUP, "must be an API group such as argoproj.io");
    List<String> versions = required(spec.versions(), pointer + "/versions");
    for (int i = 0; i < versions.size(); i++) {
      matching(
          versions.get(i),
          pointer + "/versions/" + i,
          VERSION,
          "must be a version such as v1alpha1");
    }
    List<PointerPattern> templates = patterns(spec.podTemplates(), pointer + "/podTemplates");
    List<PointerPattern> images = patterns(spec.images(), pointer + "/images");
    if (templates.isEmpty() && images.isEmpty()) {
      throw new FieldException(
          pointer, "says not where images stand: name podTemplates, images, or both");
    }
    return new CustomKind(
        group,
        versions,
        matching(
            spec.resource(),
            pointer + "/resource",
            RESOURCE,
            "must be the plural in lower case, such as rollouts"),
        matching(spec.kind(), pointer + "/kind", KIND, "must be a kind such as Rollout"),
        templates,
        images);
  }

  private static List<PointerPattern> patterns(@Nullable List<String> texts, String pointer)
      throws FieldException {
    List<PointerPattern> patterns = new ArrayList<>();
    List<String> written = texts == null ? List.of() : texts;
    if (written.size() > MAX_PATTERNS) {
      throw new FieldException(pointer, "holds more than " + MAX_PATTERNS + " pointers");
    }
    for (int i = 0; i < written.size(); i++) {
      try {
        patterns.add(PointerPattern.parse(written.get(i)));
      } catch (IllegalArgumentException e) {
        throw new FieldException(pointer + "/" + i, String.valueOf(e.getMessage()));
      }
    }
    return patterns;
  }

  private static String matching(
      @Nullable String text, String pointer, Pattern pattern, String problem)
      throws FieldException {
    if (text == null) {
      throw new FieldException(pointer, "is missing");
    }
    if (!pattern.matcher(text).matches()) {
      throw new FieldException(pointer, problem);
    }
    return text;
  }

  private static <T> List<T> required(@Nullable List<T> values, String pointer)
      throws FieldException {
    if (values == null || values.isEmpty()) {
      throw new FieldException(pointer, "is missing: name at least one");
    }
    return values;
  }
}
