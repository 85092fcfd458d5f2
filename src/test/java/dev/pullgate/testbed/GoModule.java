package dev.pullgate.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder with a go.mod below `src/test/testbed`, whose `tool` lines are programs of the test
/// bed.
enum GoModule {
  /// etcd, kube-apiserver, kube-controller-manager.
  KUBERNETES("kubernetes", "about 7 minutes"),
  /// distribution's registry, crane, and an htpasswd of our own.
  REGISTRY("registry", "about 1.5 minutes");

  private static final Pattern KUBERNETES_VERSION =
      Pattern.compile("^\\s*k8s\\.io/kubernetes (v(\\d+)\\.(\\d+)\\.\\S+)", Pattern.MULTILINE);

  private static final String VERSION_PACKAGE = "k8s.io/component-base/version";

  private final String title;
  private final String coldBuild;

  GoModule(String title, String coldBuild) {
    this.title = title;
    this.coldBuild = coldBuild;
  }

  /// Such as "kubernetes".
  String title() {
    return title;
  }

  /// What to hand to `go build`.
  List<String> packages() {
    return switch (this) {
      case KUBERNETES -> List.of("tool");
      case REGISTRY -> List.of("tool", "./htpasswd");
    };
  }

  /// How long the first build takes on two cores, in words.
  String coldBuild() {
    return coldBuild;
  }

  Path folder() {
    return ProjectRoot.find().resolve("src/test/testbed").resolve(title);
  }

  /// The name of the folder of its binaries, such as "kubernetes-0f3a…": another one for every
  /// change of go.mod, go.sum or a Go source of the module.
  String cacheName() {
    try (Stream<Path> files = Files.walk(folder())) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files.filter(GoModule::decidesTheBuild).sorted().toList()) {
        digest.update(Files.readAllBytes(file));
      }
      return title + "-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (IOException e) {
      throw new TestBedException("cannot read " + folder() + ": " + e, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Flags of the Go linker. Kubernetes reports v0.0.0 when its version is not set by them.
  String linkerFlags() {
    return switch (this) {
      case REGISTRY -> "-s -w";
      case KUBERNETES -> {
        Matcher version = KUBERNETES_VERSION.matcher(goMod());
        if (!version.find()) {
          throw new TestBedException("go.mod in " + folder() + " names no k8s.io/kubernetes");
        }
        yield "-s -w -X %1$s.gitVersion=%2$s -X %1$s.gitMajor=%3$s -X %1$s.gitMinor=%4$s"
            .formatted(VERSION_PACKAGE, version.group(1), version.group(2), version.group(3));
      }
    };
  }

  private String goMod() {
    try {
      return Files.readString(folder().resolve("go.mod"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new TestBedException("cannot read go.mod in " + folder() + ": " + e, e);
    }
  }

  private static boolean decidesTheBuild(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.equals("go.mod") || name.equals("go.sum") || name.endsWith(".go");
  }
}
