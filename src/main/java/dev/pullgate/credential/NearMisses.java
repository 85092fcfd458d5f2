package dev.pullgate.credential;

import dev.pullgate.credential.NearMiss.Kind;
import dev.pullgate.image.EditDistance;
import dev.pullgate.image.ImageReference;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Explains why keys of pull secrets do not serve an image, the smallest mistake first.
public final class NearMisses {
  private static final int MOST = 3;
  private static final int MOST_KEYS = 500;
  private static final int MOST_LETTERS = 2;
  private static final int SHORTEST_MISSPELT = 5;

  private static final String DOCKER_HUB = "docker.io";
  private static final String INDEX = "index.docker.io";
  private static final String INDEX_KEY = "https://index.docker.io/v1/";

  /// Hosts that people take for Docker Hub.
  private static final Set<String> HUB_HOSTS =
      Set.of(
          DOCKER_HUB,
          INDEX,
          "registry-1.docker.io",
          "registry.docker.io",
          "registry.hub.docker.com",
          "hub.docker.com",
          "hub.docker.io",
          "docker.com",
          "www.docker.com",
          "auth.docker.io",
          "index.docker.com");

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");

  private final ImageReference image;
  private final KeyringKey name;
  private final @Nullable ImageReference source;

  private NearMisses(ImageReference image, KeyringKey name, @Nullable ImageReference source) {
    this.image = image;
    this.name = name;
    this.source = source;
  }

  /// The keys that come nearest to an image which none of them serves; at most three.
  ///
  /// @param image as it is pulled
  /// @param source the same image at its source, where it is pulled from a mirror
  public static List<NearMiss> of(
      Keyring keyring, ImageReference image, @Nullable ImageReference source) {
    return KeyringKey.ofImage(image.name()).stream()
        .map(name -> new NearMisses(image, name, source))
        .flatMap(misses -> misses.all(keyring))
        .sorted(Comparator.comparing(NearMiss::kind))
        .limit(MOST)
        .toList();
  }

  private Stream<NearMiss> all(Keyring keyring) {
    return keyring.secrets().stream()
        .filter(PullSecret.Usable.class::isInstance)
        .map(PullSecret.Usable.class::cast)
        .flatMap(secret ->
            secret.entries().stream().map(entry -> new Written(secret.name(), entry.key())))
        .limit(MOST_KEYS)
        .flatMap(written -> explain(written).stream());
  }

  private record Written(String secret, String key) {}

  private Optional<NearMiss> explain(Written written) {
    CredentialSource where =
        new CredentialSource(written.secret(), KeyringKey.shown(written.key()));
    return reason(written.key()).map(reason -> new NearMiss(where, reason.kind(), reason.text()));
  }

  private record Reason(Kind kind, String text) {}

  private Optional<Reason> reason(String written) {
    if (servesImage(written.strip())) {
      return written.equals(written.strip())
          ? Optional.empty()
          : Optional.of(new Reason(Kind.BLANK, "has a blank around it"));
    }
    Matcher scheme = SCHEME.matcher(written);
    if (scheme.matches() && servesImage(String.valueOf(scheme.group(2)))) {
      return Optional.of(
          new Reason(
              Kind.SCHEME,
              "begins with "
                  + cut(scheme.group(1))
                  + "://, and only https:// and http:// are taken off"));
    }
    Optional<KeyringKey> key = KeyringKey.ofEntry(written);
    if (key.isEmpty()) {
      return Optional.of(
          new Reason(Kind.UNREADABLE, "cannot be read as an address, so it is passed over"));
    }
    if (source != null && serves(written, source)) {
      return Optional.of(
          new Reason(
              Kind.MIRROR,
              "serves " + source.name() + ", but the image comes from the mirror " + host(name)));
    }
    return dockerHub(key.get()).or(() -> hosts(key.get()));
  }

  private boolean servesImage(String written) {
    return serves(written, image);
  }

  private static boolean serves(String written, ImageReference image) {
    PullSecret.Entry entry = new PullSecret.Entry(written, "", "");
    return !new Keyring(List.of(new PullSecret.Usable("", List.of(entry)))).lookup(image).isEmpty();
  }

  private Optional<Reason> dockerHub(KeyringKey key) {
    String host = String.join(".", key.hostParts()).toLowerCase(Locale.ROOT);
    boolean hubKey = HUB_HOSTS.contains(host);
    if (!hubKey || !image.policyName().registry().equals(DOCKER_HUB)) {
      return Optional.empty();
    }
    if (!image.registry().equals(DOCKER_HUB)) {
      return host.equals(image.registry())
          ? Optional.empty()
          : Optional.of(
              new Reason(
                  Kind.DOCKER_HUB,
                  "serves no image that is written with the host " + image.registry()));
    }
    if (host.equals(INDEX) && withoutLastSlash(key)) {
      return Optional.of(
          new Reason(
              Kind.LAST_SLASH,
              "lacks the last slash, so that %s is taken for a path; Docker Hub's key is %s"
                  .formatted(key.path(), INDEX_KEY)));
    }
    return host.equals(DOCKER_HUB)
        ? Optional.empty()
        : Optional.of(
            new Reason(
                Kind.DOCKER_HUB, "serves no docker.io image; Docker Hub's key is " + INDEX_KEY));
  }

  private static boolean withoutLastSlash(KeyringKey key) {
    return key.path().equals("/v1") || key.path().equals("/v2");
  }

  private Optional<Reason> hosts(KeyringKey key) {
    if (key.matchesHost(name)) {
      return Optional.of(key.port().equals(name.port()) ? path(key) : port(key));
    }
    String host = String.join(".", key.hostParts());
    String wanted = String.join(".", name.hostParts());
    if (host.equalsIgnoreCase(wanted)) {
      return Optional.of(
          new Reason(
              Kind.CASE, "is written in other letters than " + wanted + ", and case counts"));
    }
    if (host.contains("*")) {
      return wildcard(host, wanted);
    }
    if (wanted.endsWith("." + host) || host.endsWith("." + wanted)) {
      return Optional.of(
          new Reason(Kind.DOMAIN, "serves " + cut(host) + " alone, and not " + wanted));
    }
    boolean misspelt =
        Math.min(host.length(), wanted.length()) >= SHORTEST_MISSPELT
            && EditDistance.between(host, wanted, MOST_LETTERS) <= MOST_LETTERS;
    return misspelt
        ? Optional.of(new Reason(Kind.SPELLING, "is spelt otherwise than " + wanted))
        : Optional.empty();
  }

  private Reason port(KeyringKey key) {
    String text =
        key.port().isEmpty()
            ? "has no port, and the image has " + name.port()
            : "names port %s, and the image has %s"
                .formatted(cut(key.port()), name.port().isEmpty() ? "none" : name.port());
    boolean implied = key.port().equals("443") || name.port().equals("443");
    return new Reason(
        Kind.PORT, implied ? text + ": 443 is not the same as none to the kubelet" : text);
  }

  private Reason path(KeyringKey key) {
    String path = cut(key.path());
    if (withoutLastSlash(key)) {
      return new Reason(
          Kind.LAST_SLASH, "lacks the last slash, so that " + path + " is taken for a path");
    }
    if (key.path().startsWith(name.path())) {
      boolean tag = key.path().startsWith(":", name.path().length());
      return new Reason(
          Kind.PATH,
          tag
              ? "holds a tag, and keys know none"
              : "goes on behind the image's repository " + image.repository());
    }
    return new Reason(
        Kind.PATH, "serves repositories that begin with " + path.substring(1) + " only");
  }

  /// Only where the part behind the stars is the image's domain.
  private static Optional<Reason> wildcard(String host, String wanted) {
    String domain = host.substring(host.lastIndexOf('*') + 1);
    boolean related =
        domain.startsWith(".") && domain.length() > 1 && ("." + wanted).endsWith(domain);
    return related
        ? Optional.of(
            new Reason(
                Kind.WILDCARD,
                "does not match " + wanted + ": each * stands for one part between two dots"))
        : Optional.empty();
  }

  private static String host(KeyringKey key) {
    String host = String.join(".", key.hostParts());
    return key.port().isEmpty() ? host : host + ":" + key.port();
  }

  private static String cut(@Nullable String text) {
    return KeyringKey.cut(String.valueOf(text));
  }
}
