package dev.pullgate.registry;

import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.RegistrySettings;
import java.net.URI;

/// Where the manifests of a registry are asked for.
///
/// @param host `host[:port]` as connected to, for example `registry-1.docker.io`
/// @param scheme `https` or `http`
/// @param query what a runtime adds when it asks a mirror, such as `?ns=docker.io`; else empty
record Endpoint(String host, String scheme, String query) {
  /// Docker Hub serves its manifests under another name than its images carry.
  private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

  static Endpoint of(ImageReference reference, RegistrySettings settings) {
    String scheme = settings.plainHttp() ? "http" : "https";
    String registry = reference.registry();
    return settings
        .endpoint()
        .map(endpoint -> new Endpoint(endpoint, scheme, "?ns=" + registry))
        .orElseGet(() ->
            new Endpoint(registry.equals("docker.io") ? DOCKER_HUB_HOST : registry, scheme, ""));
  }

  URI manifest(ImageReference reference) {
    return URI.create(
        scheme
            + "://"
            + host
            + "/v2/"
            + reference.repository()
            + "/manifests/"
            + reference.manifestReference()
            + query);
  }
}
