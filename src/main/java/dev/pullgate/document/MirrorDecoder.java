package dev.pullgate.document;

import dev.pullgate.image.ImageReference;
import dev.pullgate.image.PolicyName;
import dev.pullgate.policy.Mirror;
import dev.pullgate.policy.Mode;
import dev.pullgate.resource.PolicySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns `spec.mirrors` into mirrors.
final class MirrorDecoder {
  private MirrorDecoder() {}

  static List<Mirror> decode(String policy, Mode mode, List<PolicySpec.MirrorSpec> specs)
      throws FieldException {
    List<Mirror> mirrors = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      mirrors.add(mirror(policy, mode, specs.get(i), "/spec/mirrors/" + i));
    }
    return mirrors;
  }

  private static Mirror mirror(String policy, Mode mode, PolicySpec.MirrorSpec spec, String pointer)
      throws FieldException {
    String target = prefix(spec.target(), pointer + "/target");
    String source = canonical(prefix(spec.source(), pointer + "/source"));
    Boolean check = spec.check();
    String secret = spec.pullSecret();
    if (secret != null && secret.isEmpty()) {
      throw new FieldException(pointer + "/pullSecret", "is empty");
    }
    if (canonical(target).equals(source)) {
      throw new FieldException(pointer + "/target", "is the source itself");
    }
    return new Mirror(
        policy,
        mode,
        source,
        target,
        check == null || check,
        spec.fallback() == PolicySpec.FallbackText.Deny
            ? Mirror.Fallback.DENY
            : Mirror.Fallback.SOURCE,
        onUnproven(spec.onUnproven()),
        secret,
        owners(spec.exclude()));
  }

  /// The one spelling by which policies match.
  private static String canonical(String name) {
    int slash = name.indexOf('/');
    return slash < 0
        ? PolicyName.canonicalRegistry(name)
        : PolicyName.canonicalRegistry(name.substring(0, slash)) + name.substring(slash);
  }

  /// A registry, or a registry and path, as the first part of a name.
  private static String prefix(@Nullable String text, String pointer) throws FieldException {
    if (text == null || text.isEmpty()) {
      throw new FieldException(pointer, "is missing");
    }
    if (text.contains("*")) {
      throw new FieldException(
          pointer, "is a prefix without wildcards, since a rewritten name has to be read back");
    }
    // With a repository behind it the prefix has to be a name, and its first part a host.
    Optional<ImageReference> probe = ImageReference.parseIfValid(text + "/x");
    String host = text.contains("/") ? text.substring(0, text.indexOf('/')) : text;
    boolean named =
        probe.isPresent()
            && probe.get().tag().isEmpty()
            && probe.get().registry().equals(host.equals("index.docker.io") ? "docker.io" : host);
    if (!named) {
      throw new FieldException(
          pointer,
          "must be a registry host, with a dot or a port, and perhaps a path: example.com/path");
    }
    return text;
  }

  private static Mirror.OnUnproven onUnproven(PolicySpec.@Nullable OnUnprovenText text) {
    if (text == null) {
      return Mirror.OnUnproven.REWRITE;
    }
    return switch (text) {
      case Rewrite -> Mirror.OnUnproven.REWRITE;
      case Source -> Mirror.OnUnproven.SOURCE;
      case Deny -> Mirror.OnUnproven.DENY;
    };
  }

  private static Set<String> owners(PolicySpec.@Nullable MirrorExcludeSpec exclude) {
    List<String> owners = exclude == null ? null : exclude.owners();
    return owners == null ? Set.of() : Set.copyOf(owners);
  }
}
