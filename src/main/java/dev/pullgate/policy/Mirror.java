package dev.pullgate.policy;

import dev.pullgate.image.ImageReference;
import dev.pullgate.image.InvalidReferenceException;
import dev.pullgate.image.PolicyName;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where images of a source come from instead. Source and target are prefixes of
/// `registry/repository` that end at a slash: `docker.io` to `mirror.example.com/dockerhub` makes
/// `mirror.example.com/dockerhub/library/nginx` of `docker.io/library/nginx`. Tag and digest are
/// kept.
///
/// @param policy the name of the policy that holds it
/// @param mode of that policy; a mirror acts in Enforce and Warn
/// @param source a registry, or a registry and path, as policies spell it
/// @param target as it is pulled from
/// @param check whether the mirror is asked before rewriting
/// @param fallback what happens when it is proven that the mirror has not the image
/// @param onUnproven what happens when the mirror gives no proof
/// @param addedPullSecret a secret added to the pod whose image is rewritten
/// @param excludedOwners `group/Kind` of owners whose pods are left alone
public record Mirror(
    String policy,
    Mode mode,
    String source,
    String target,
    boolean check,
    Fallback fallback,
    OnUnproven onUnproven,
    @Nullable String addedPullSecret,
    Set<String> excludedOwners) {
  /// What happens when it is proven that the mirror has not the image.
  public enum Fallback {
    /// The image stays as it is, with a warning.
    SOURCE,
    /// The object is rejected.
    DENY
  }

  /// What happens when the mirror gives no proof.
  public enum OnUnproven {
    /// The image is rewritten all the same.
    REWRITE,
    /// The image stays as it is, with a warning.
    SOURCE,
    /// The object is rejected.
    DENY
  }

  /// Copies the owners.
  public Mirror {
    excludedOwners = Set.copyOf(excludedOwners);
  }

  /// The secret to add, where the policy names one.
  public Optional<String> pullSecret() {
    return Optional.ofNullable(addedPullSecret);
  }

  /// Whether the mirror may change or reject anything.
  public boolean acts() {
    return mode != Mode.AUDIT;
  }

  /// The reference at the mirror; empty for an image of another source.
  public Optional<ImageReference> rewrite(ImageReference reference) {
    return remainder(source, reference.policyName().toString())
        .flatMap(rest -> renamed(reference, target + rest));
  }

  /// The reference at the source of an image that is written with the mirror's name.
  public Optional<ImageReference> sourceOf(ImageReference reference) {
    return remainder(canonical(target), reference.policyName().toString())
        .flatMap(rest -> renamed(reference, source + rest));
  }

  private static String canonical(String name) {
    int slash = name.indexOf('/');
    return slash < 0
        ? PolicyName.canonicalRegistry(name)
        : PolicyName.canonicalRegistry(name.substring(0, slash)) + name.substring(slash);
  }

  private static Optional<String> remainder(String prefix, String name) {
    boolean under =
        name.length() > prefix.length()
            && name.startsWith(prefix)
            && name.charAt(prefix.length()) == '/';
    return under ? Optional.of(name.substring(prefix.length())) : Optional.empty();
  }

  private static Optional<ImageReference> renamed(ImageReference reference, String name) {
    try {
      return Optional.of(reference.withName(name));
    } catch (InvalidReferenceException _) {
      // A repository that grows over 255 characters at the mirror cannot be pulled from it.
      return Optional.empty();
    }
  }
}
