package dev.pullgate.policy;

import dev.pullgate.image.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A policy as it is judged by. A section that the author left out is absent and asks for nothing.
///
/// @param name the object's name
/// @param mode the policy's mode, for the rules that belong to no section
/// @param enforcement what it does to objects that are older than it
/// @param scope which objects and images it looks at
/// @param sections what it asks of them
/// @param mirrors where images come from instead
/// @param pinsDigests whether digests are written into pods
public record Policy(
    String name,
    Mode mode,
    Enforcement enforcement,
    Scope scope,
    Sections sections,
    List<Mirror> mirrors,
    boolean pinsDigests) {
  /// Copies the mirrors.
  public Policy {
    mirrors = List.copyOf(mirrors);
  }

  /// Whether the policy writes digests: it changes pods in Enforce and Warn.
  public boolean pins() {
    return pinsDigests && mode != Mode.AUDIT;
  }

  /// The same policy for an image to which a digest will be written: a tag is enough.
  public Policy withoutRequiredDigest() {
    Pinning pinning = sections.pinningSection;
    if (pinning == null || !pinning.requireDigest()) {
      return this;
    }
    Sections others =
        new Sections(
            new Pinning(pinning.mode(), false, pinning.disallowedTags()),
            sections.registriesSection,
            sections.resolutionSection,
            sections.pullSecretsSection);
    return new Policy(name, mode, enforcement, scope, others, mirrors, pinsDigests);
  }

  /// By what an exception names the policy: its name, and for a namespaced one `namespace/name`, so
  /// that a tenant's policy cannot pass for the cluster's.
  public String id() {
    return scope.onlyNamespace() == null ? name : scope.onlyNamespace() + "/" + name;
  }

  /// The moment before which the owner of an object has to be there for a denial to be a warning;
  /// absent where nothing counts as older, or where that makes no difference.
  public Optional<Instant> relaxedSince() {
    return enforcement.existingToo() ? Optional.empty() : enforcement.since();
  }

  /// Whether the policy, or a section of it, rejects anything.
  public boolean enforces() {
    return mode == Mode.ENFORCE
        || sections.pinning().filter(section -> section.mode() == Mode.ENFORCE).isPresent()
        || sections.registries().filter(section -> section.mode() == Mode.ENFORCE).isPresent()
        || sections.resolution().filter(section -> section.mode() == Mode.ENFORCE).isPresent()
        || sections.pullSecrets().filter(section -> section.mode() == Mode.ENFORCE).isPresent();
  }

  /// The same policy, which began to enforce at a moment.
  public Policy enforcedSince(Instant since) {
    return new Policy(
        name,
        mode,
        new Enforcement(enforcement.existingToo(), since),
        scope,
        sections,
        mirrors,
        pinsDigests);
  }

  /// What a policy does to objects that were there before it began to enforce.
  ///
  /// @param existingToo whether they are judged like new ones
  /// @param enforcedSince when it began; absent where that is not known, so that nothing counts as
  ///   older
  public record Enforcement(boolean existingToo, @Nullable Instant enforcedSince) {
    /// The moment when the policy began to enforce.
    public Optional<Instant> since() {
      return Optional.ofNullable(enforcedSince);
    }
  }

  /// Which objects and images a policy looks at.
  ///
  /// @param onlyNamespace the one namespace of a namespaced policy; absent for a cluster policy
  /// @param namespaceSelector over the namespace's labels
  /// @param objectSelector over the pod's or template's labels
  /// @param images any of which must match; empty for all images
  /// @param excludedNamespaces names of namespaces it leaves alone
  /// @param excludedImages images it leaves alone, by their source form
  public record Scope(
      @Nullable String onlyNamespace,
      LabelSelector namespaceSelector,
      LabelSelector objectSelector,
      List<ImageGlob> images,
      Set<String> excludedNamespaces,
      List<ImageGlob> excludedImages) {
    /// Copies the collections.
    public Scope {
      images = List.copyOf(images);
      excludedNamespaces = Set.copyOf(excludedNamespaces);
      excludedImages = List.copyOf(excludedImages);
    }

    /// Whether the policy looks at an object.
    ///
    /// @param namespaceLabels of the namespace
    /// @param labels of the pod or template
    public boolean covers(
        String namespace, Map<String, String> namespaceLabels, Map<String, String> labels) {
      return (onlyNamespace == null || onlyNamespace.equals(namespace))
          && !excludedNamespaces.contains(namespace)
          && namespaceSelector.selects(namespaceLabels)
          && objectSelector.selects(labels);
    }

    /// Whether the policy looks at an image.
    public boolean covers(ImageForms forms) {
      return (images.isEmpty() || images.stream().anyMatch(forms::anyMatches))
          && excludedImages.stream().noneMatch(glob -> glob.matches(forms.source()));
    }
  }

  /// What a policy asks. Each part is absent where the author left it out.
  public record Sections(
      @Nullable Pinning pinningSection,
      @Nullable Registries registriesSection,
      @Nullable Resolving resolutionSection,
      @Nullable PullSecrets pullSecretsSection) {
    /// The section `pinning`.
    public Optional<Pinning> pinning() {
      return Optional.ofNullable(pinningSection);
    }

    /// The section `registries`.
    public Optional<Registries> registries() {
      return Optional.ofNullable(registriesSection);
    }

    /// The section `resolution`.
    public Optional<Resolving> resolution() {
      return Optional.ofNullable(resolutionSection);
    }

    /// The section `pullSecrets`.
    public Optional<PullSecrets> pullSecrets() {
      return Optional.ofNullable(pullSecretsSection);
    }
  }

  /// Section `pinning`.
  ///
  /// @param mode of this section
  /// @param requireDigest whether a tag is not enough
  /// @param disallowedTags tags that pin nothing
  public record Pinning(Mode mode, boolean requireDigest, List<TagGlob> disallowedTags) {
    /// Copies the tags.
    public Pinning {
      disallowedTags = List.copyOf(disallowedTags);
    }
  }

  /// Section `registries`.
  ///
  /// @param mode of this section
  /// @param allow any of which must match; absent where all are allowed
  /// @param deny none of which may match; wins over `allow`
  public record Registries(Mode mode, @Nullable List<ImageGlob> allow, List<ImageGlob> deny) {
    /// Copies the globs.
    public Registries {
      allow = allow == null ? null : List.copyOf(allow);
      deny = List.copyOf(deny);
    }
  }

  /// Section `resolution`.
  ///
  /// @param mode of this section
  /// @param platforms which an index has to serve
  /// @param denyInconclusive whether missing proof rejects
  public record Resolving(Mode mode, WantedPlatforms platforms, boolean denyInconclusive) {}

  /// Which platforms an index has to serve.
  public sealed interface WantedPlatforms {
    /// Those of the nodes on which the pod may run.
    record Nodes() implements WantedPlatforms {}

    /// None: indexes are not read.
    record Skip() implements WantedPlatforms {}

    /// Those that the policy lists; at least one.
    record Listed(List<Platform> platforms) implements WantedPlatforms {
      /// Copies the platforms.
      public Listed {
        platforms = List.copyOf(platforms);
      }
    }
  }

  /// Section `pullSecrets`.
  ///
  /// @param mode of this section
  /// @param privateRegistries registries that are known to ask for a login
  /// @param verify whether a credential must work for the repository
  public record PullSecrets(Mode mode, List<ImageGlob> privateRegistries, boolean verify) {
    /// Copies the globs.
    public PullSecrets {
      privateRegistries = List.copyOf(privateRegistries);
    }
  }
}
