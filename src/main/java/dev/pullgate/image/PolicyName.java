package dev.pullgate.image;

import java.util.Locale;
import java.util.Set;

/// The name by which policies, mirrors and registry settings match an image: one spelling for every
/// way to write the same registry. Docker Hub's aliases are one, the host is in lower case, and the
/// default port is dropped. It is not what is pulled: see [ImageReference].
///
/// @param registry for example `docker.io` or `localhost:5000`
/// @param repository for example `library/nginx`
public record PolicyName(String registry, String repository) {
  private static final Set<String> DOCKER_HUB_ALIASES =
      Set.of("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");
  private static final String DEFAULT_PORT = ":443";

  /// Brings registry and repository to their one spelling.
  public static PolicyName of(String registry, String repository) {
    String host = canonicalRegistry(registry);
    boolean official = host.equals("docker.io") && repository.indexOf('/') < 0;
    return new PolicyName(host, official ? "library/" + repository : repository);
  }

  /// The one spelling of a registry, for example `docker.io` for `Index.Docker.IO:443`.
  public static String canonicalRegistry(String registry) {
    String host = registry.toLowerCase(Locale.ROOT);
    if (host.endsWith(DEFAULT_PORT)) {
      host = host.substring(0, host.length() - DEFAULT_PORT.length());
    }
    return DOCKER_HUB_ALIASES.contains(host) ? "docker.io" : host;
  }

  /// `registry/repository`, over which globs run.
  @Override
  public String toString() {
    return registry + "/" + repository;
  }
}
