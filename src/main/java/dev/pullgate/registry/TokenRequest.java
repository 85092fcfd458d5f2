package dev.pullgate.registry;

import dev.pullgate.credential.Credential;
import dev.pullgate.policy.RegistrySettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;
import org.apache.hc.core5.net.InetAddressUtils;
import org.apache.hc.core5.net.URIBuilder;

/// Where and how a token is asked for, once the guards have agreed.
///
/// @param uri with service and scope
/// @param credential to send; absent for an anonymous token
record TokenRequest(URI uri, Optional<Credential> credential) {
  private static final PublicSuffixMatcher PUBLIC_SUFFIXES = PublicSuffixMatcherLoader.getDefault();

  /// Reads the list of public suffixes.
  static void prepare() {
    PUBLIC_SUFFIXES.getDomainRoot("example.com");
  }

  /// A realm that the guards refuse, with a clause that says why.
  static final class RefusedRealmException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedRealmException(String message) {
      super(message);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /// Checks a challenge's realm: HTTPS, but for the registry's own host where that is declared as
  /// plain; and a credential only to the registry's own site or to a declared host.
  ///
  /// @param registryUri the request that was challenged
  /// @param declared whether a `host[:port]` was declared by the platform team
  static TokenRequest of(
      Challenge.Bearer challenge,
      URI registryUri,
      String repository,
      RegistrySettings settings,
      Optional<Credential> credential,
      Predicate<String> declared)
      throws RefusedRealmException {
    URI realm = parse(challenge.realm().orElse(""));
    boolean sameAuthority = realm.getAuthority().equals(registryUri.getAuthority());
    boolean plain = realm.getScheme().equals("http");
    if (plain && !(settings.plainHttp() && sameAuthority)) {
      throw new RefusedRealmException("names a token realm that is not HTTPS");
    }
    // An empty password means an anonymous token, to containerd as well.
    Optional<Credential> sent = credential.filter(login -> !login.password().isEmpty());
    if (sent.isPresent()
        && !sameSite(realm.getHost(), registryUri.getHost())
        && !declared.test(realm.getAuthority())) {
      throw new RefusedRealmException(
          "asks for the login at another site ("
              + realm.getHost()
              + "), which gets it only when a Registry declares that host");
    }
    return new TokenRequest(withQuery(realm, challenge, repository), sent);
  }

  private static URI parse(String realm) throws RefusedRealmException {
    try {
      URI uri = new URI(realm);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (!web || uri.getHost() == null || uri.getRawUserInfo() != null) {
        throw new RefusedRealmException("names a token realm that is no web address");
      }
      return uri;
    } catch (URISyntaxException _) {
      throw new RefusedRealmException("names a token realm that is no web address");
    }
  }

  private static URI withQuery(URI realm, Challenge.Bearer challenge, String repository)
      throws RefusedRealmException {
    URIBuilder builder = new URIBuilder(realm);
    String service = challenge.parameters().get("service");
    if (service != null && !service.isEmpty()) {
      builder.addParameter("service", service);
    }
    String scope = challenge.parameters().getOrDefault("scope", "");
    builder.addParameter("scope", scope.isEmpty() ? "repository:" + repository + ":pull" : scope);
    try {
      return builder.build();
    } catch (URISyntaxException _) {
      throw new RefusedRealmException("names a token realm that is no web address");
    }
  }

  private static boolean sameSite(String realmHost, String registryHost) {
    if (realmHost.equalsIgnoreCase(registryHost)) {
      return true;
    }
    if (InetAddressUtils.isIPv4(realmHost) || InetAddressUtils.isIPv6(realmHost)) {
      return false;
    }
    String realmSite = PUBLIC_SUFFIXES.getDomainRoot(realmHost);
    return realmSite != null && realmSite.equals(PUBLIC_SUFFIXES.getDomainRoot(registryHost));
  }
}
