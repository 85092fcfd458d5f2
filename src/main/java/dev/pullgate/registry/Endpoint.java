package dev.pullgate.registry;

import dev.pullgate.image.Digest;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.RegistrySettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the manifests of a registry are asked for.
///
/// @param host `host[:port]` as connected to, for example `registry-1.docker.io`
/// @param scheme `https` or `http`
/// @param query what a runtime adds when it asks a mirror, such as `?ns=docker.io`; else empty
record Endpoint(String host, String scheme, String query) {
  /// Docker Hub serves its manifests under another name than its images carry.
  private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

  private static final Pattern PORT = Pattern.compile(":([0-9]+)$");
  private static final int MAX_PORT = 65_535;

  static Endpoint of(ImageReference reference, RegistrySettings settings) {
    String scheme = settings.plainHttp() ? "http" : "https";
    String registry = reference.registry();
    return settings
        .endpoint()
        .map(endpoint -> new Endpoint(endpoint, scheme, "?ns=" + registry))
        .orElseGet(() ->
            new Endpoint(registry.equals("docker.io") ? DOCKER_HUB_HOST : registry, scheme, ""));
  }

  /// Whether there can be such an address. The grammar of references also lets `[:]` and ports over
  /// 65535 through, with which no runtime gets anywhere either.
  boolean connectable() {
    Matcher port = PORT.matcher(host);
    try {
      URI _ = new URI(scheme + "://" + host);
      return !port.find() || Integer.parseInt(port.group(1)) <= MAX_PORT;
    } catch (URISyntaxException | NumberFormatException _) {
      return false;
    }
  }

  URI manifest(ImageReference reference) {
    return under(reference, "manifests/" + reference.manifestReference() + query);
  }

  /// A manifest of the reference's repository by its digest.
  URI manifest(ImageReference reference, Digest digest) {
    return under(reference, "manifests/" + digest + query);
  }

  /// The first page of the tags of the reference's repository.
  URI tags(ImageReference reference, int pageSize) {
    String joined = query.isEmpty() ? "?" : query + "&";
    return under(reference, "tags/list" + joined + "n=" + pageSize);
  }

  private URI under(ImageReference reference, String rest) {
    return URI.create(scheme + "://" + host + "/v2/" + reference.repository() + "/" + rest);
  }
}
