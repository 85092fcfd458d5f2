package dev.pullgate.image;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A parsed image reference under its pull name: exactly what the kubelet and containerd pull.
///
/// ```
/// reference := name [ ":" tag ] [ "@" digest ]
/// name      := registry "/" repository
/// ```
///
/// `nginx` becomes registry `docker.io` and repository `library/nginx`; a digest decides over a tag
/// that stands beside it.
///
/// @see <a href="https://github.com/distribution/reference/blob/v0.6.0/reference.go">grammar</a>
/// @see <a
///   href="https://github.com/distribution/reference/blob/v0.6.0/normalize.go">normalisation</a>
public final class ImageReference {
  /// The tag that a reference without tag and digest means.
  public static final String DEFAULT_TAG = "latest";

  private static final String DOCKER_HUB = "docker.io";
  private static final String LEGACY_DOCKER_HUB = "index.docker.io";
  private static final String OFFICIAL_PREFIX = "library/";
  private static final String LOCALHOST = "localhost";
  private static final int MAX_REPOSITORY_LENGTH = 255;

  /// Longer text cannot name a host (253), a repository (255), a tag (128) and a digest (135).
  private static final int MAX_LENGTH = 1024;

  private static final String DOMAIN_COMPONENT =
      "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
  private static final String HOST =
      "(?:" + DOMAIN_COMPONENT + "(?:\\." + DOMAIN_COMPONENT + ")*|\\[[a-fA-F0-9:]+\\])";
  private static final Pattern REGISTRY = Pattern.compile(HOST + "(?::[0-9]+)?");
  private static final String PATH_COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
  private static final Pattern UNDERSCORED_HOST = Pattern.compile("(?=[^_]*_)" + PATH_COMPONENT);
  private static final Pattern REPOSITORY =
      Pattern.compile(PATH_COMPONENT + "(?:/" + PATH_COMPONENT + ")*");
  private static final Pattern REMAINDER =
      Pattern.compile("(?<repository>[^:@]*)(?::(?<tag>[^@]*))?(?:@(?<digest>.*))?");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");

  private final String registry;
  private final String repository;
  private final @Nullable String tag;
  private final @Nullable Digest digest;

  private ImageReference(
      String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
    this.registry = registry;
    this.repository = repository;
    this.tag = tag;
    this.digest = digest;
  }

  /// Parses and normalises a reference as a user wrote it, for example `busybox`,
  /// `ghcr.io/acme/web:2.0` or `localhost:5000/x@sha256:…`.
  ///
  /// @throws InvalidReferenceException when the kubelet would answer InvalidImageName
  public static ImageReference parse(String text) throws InvalidReferenceException {
    if (text.isEmpty()) {
      throw new InvalidReferenceException("the image is empty");
    }
    if (text.length() > MAX_LENGTH) {
      throw new InvalidReferenceException(
          "longer than any valid reference (" + text.length() + " characters)");
    }
    if (IDENTIFIER.matcher(text).matches()) {
      throw new InvalidReferenceException(
          "64 hexadecimal digits are an image ID, not a repository name");
    }
    Split split = split(text);
    Matcher remainder = REMAINDER.matcher(split.remainder());
    if (!remainder.matches()) {
      throw new InvalidReferenceException("invalid reference format");
    }
    String repository = Objects.requireNonNull(remainder.group("repository"));
    String tag = remainder.group("tag");
    String digest = remainder.group("digest");
    requireName(split.registry(), repository);
    if (tag != null && !TAG.matcher(tag).matches()) {
      throw new InvalidReferenceException(
          tag.isEmpty()
              ? "a colon without a tag behind it"
              : "a tag has at most 128 letters, digits, '_', '.' and '-', and begins with none of the"
                  + " last two");
    }
    return new ImageReference(
        split.registry(), repository, tag, digest == null ? null : requireDigest(digest));
  }

  /// The same for callers to whom text that does not parse is simply no image.
  public static Optional<ImageReference> parseIfValid(String text) {
    try {
      return Optional.of(parse(text));
    } catch (InvalidReferenceException _) {
      return Optional.empty();
    }
  }

  private static void requireName(String registry, String repository)
      throws InvalidReferenceException {
    if (!repository.toLowerCase(Locale.ROOT).equals(repository)) {
      throw new InvalidReferenceException("repository name must be lowercase");
    }
    // The kubelet takes `my_host.example/x` too: no host by the grammar, it is a path to it, and is
    // pulled from there all the same.
    boolean underscored = UNDERSCORED_HOST.matcher(registry).matches();
    if (!underscored && !REGISTRY.matcher(registry).matches()) {
      throw new InvalidReferenceException("the part before the first '/' is no valid host");
    }
    if (!REPOSITORY.matcher(repository).matches()) {
      throw new InvalidReferenceException("invalid repository name");
    }
    int counted = repository.length() + (underscored ? registry.length() + 1 : 0);
    if (counted > MAX_REPOSITORY_LENGTH) {
      throw new InvalidReferenceException("repository name is longer than 255 characters");
    }
  }

  private static Digest requireDigest(String text) throws InvalidReferenceException {
    return Digest.parse(text)
        .orElseThrow(() ->
            new InvalidReferenceException(
                "the part behind '@' is no digest such as sha256: and 64 lower-case hexadecimal"
                    + " digits"));
  }

  private record Split(String registry, String remainder) {}

  private static Split split(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return new Split(DOCKER_HUB, OFFICIAL_PREFIX + text);
    }
    String first = text.substring(0, slash);
    String rest = text.substring(slash + 1);
    String registry = DOCKER_HUB;
    String remainder = text;
    if (first.equals(LEGACY_DOCKER_HUB)) {
      remainder = rest;
    } else if (first.equals(LOCALHOST)
        || first.contains(".")
        || first.contains(":")
        || !first.toLowerCase(Locale.ROOT).equals(first)) {
      registry = first;
      remainder = rest;
    }
    if (registry.equals(DOCKER_HUB) && remainder.indexOf('/') < 0) {
      remainder = OFFICIAL_PREFIX + remainder;
    }
    return new Split(registry, remainder);
  }

  /// The registry as it is pulled from, for example `docker.io` or `localhost:5000`.
  public String registry() {
    return registry;
  }

  /// The repository within the registry, for example `library/nginx`.
  public String repository() {
    return repository;
  }

  /// The name without tag and digest, for example `docker.io/library/nginx`: what the kubelet's
  /// keyring looks up.
  public String name() {
    return registry + "/" + repository;
  }

  /// The tag as written; empty when there is none, also when that means `latest`.
  public Optional<String> tag() {
    return Optional.ofNullable(tag);
  }

  /// The digest as written.
  public Optional<Digest> digest() {
    return Optional.ofNullable(digest);
  }

  /// What is asked of the registry: the digest, else the tag, else `latest`.
  public String manifestReference() {
    if (digest != null) {
      return digest.toString();
    }
    return tag == null ? DEFAULT_TAG : tag;
  }

  /// The name by which policies and mirrors match.
  public PolicyName policyName() {
    return PolicyName.of(registry, repository);
  }

  /// The same tag and digest under another name.
  ///
  /// @param name `registry/repository`
  /// @throws InvalidReferenceException when the name is none
  public ImageReference withName(String name) throws InvalidReferenceException {
    return parse(name + suffix());
  }

  /// The same without its digest: what the tag means, or `latest` where there is none.
  public ImageReference withoutDigest() {
    return new ImageReference(registry, repository, tag, null);
  }

  /// The tag and digest as written, with their separators, for example `:1.27@sha256:…`; empty
  /// where there is neither. What a user wrote ends with it.
  public String suffix() {
    return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  /// The whole reference in its normalised form, for example `docker.io/library/nginx:1.27`.
  @Override
  public String toString() {
    return name() + suffix();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ImageReference that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
