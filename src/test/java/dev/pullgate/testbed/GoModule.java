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

/// Programs of the test bed that are built together, from a folder with a go.mod below
/// `src/test/testbed`: those that its `tool` lines name, and programs of our own.
enum GoModule {
  /// etcd, kube-apiserver, kube-controller-manager.
  KUBERNETES("kubernetes", "kubernetes", "about 7 minutes"),
  /// distribution's registry, crane, and an htpasswd of our own.
  REGISTRY("registry", "registry", "about 1.5 minutes"),
  /// A program that asks distribution/reference and the kubelet's keyring, in the versions of the
  /// cluster. Apart from the others, since these may come from `KUBEBUILDER_ASSETS`.
  ORIGINALS("originals", "kubernetes", "about a minute");

  private static final Pattern KUBERNETES_VERSION =
      Pattern.compile("^\\s*k8s\\.io/kubernetes (v(\\d+)\\.(\\d+)\\.\\S+)", Pattern.MULTILINE);

  private static final String VERSION_PACKAGE = "k8s.io/component-base/version";

  private final String title;
  private final String folder;
  private final String coldBuild;

  GoModule(String title, String folder, String coldBuild) {
    this.title = title;
    this.folder = folder;
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
      case ORIGINALS -> List.of("./originals");
    };
  }

  /// How long the first build takes on two cores, in words.
  String coldBuild() {
    return coldBuild;
  }

  Path folder() {
    return ProjectRoot.find().resolve("src/test/testbed").resolve(folder);
  }

  /// The name of the folder of its binaries, such as "kubernetes-0f3a…": another one for every
  /// change of go.mod, go.sum or the source of a program of our own.
  String cacheName() {
    try (Stream<Path> files = Files.walk(folder())) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files.filter(this::decidesTheBuild).sorted().toList()) {
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
      case REGISTRY, ORIGINALS -> "-s -w";
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

  private boolean decidesTheBuild(Path file) {
    String name = folder().relativize(file).toString();
    return name.equals("go.mod")
        || name.equals("go.sum")
        || (name.endsWith(".go") && packages().contains("./" + Path.of(name).getParent()));
  }
}
