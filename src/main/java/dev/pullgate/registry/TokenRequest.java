package dev.pullgate.registry;

import dev.pullgate.credential.Credential;
import dev.pullgate.policy.RegistrySettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.apache.hc.core5.net.InetAddressUtils;
import org.apache.hc.core5.net.URIBuilder;
import org.apache.hc.core5.net.WWWFormCodec;

/// Where and how a token is asked for, once the guards have agreed.
///
/// @param realm as the registry names it, for a POST
/// @param uri the realm with service and scope, for a GET
/// @param service as the registry names it, or empty
/// @param scopes sorted; pulling from the repository is always among them
/// @param credential to send; absent for an anonymous token
record TokenRequest(
    URI realm, URI uri, String service, List<String> scopes, Optional<Credential> credential) {
  /// Issuers want some name; it is not registered anywhere.
  private static final String CLIENT = "pullgate";

  private static final PublicSuffixMatcher PUBLIC_SUFFIXES = PublicSuffixMatcherLoader.getDefault();

  /// Copies the scopes.
  TokenRequest {
    scopes = List.copyOf(scopes);
  }

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
  /// @param credential to send, complete
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
    if (credential.isPresent()
        && !sameSite(realm.getHost(), registryUri.getHost())
        && !declared.test(realm.getAuthority())) {
      throw new RefusedRealmException(
          "asks for the login at another site ("
              + realm.getHost()
              + "), which gets it only when a Registry declares that host");
    }
    String service = challenge.parameters().getOrDefault("service", "");
    List<String> scopes = scopes(challenge, repository);
    return new TokenRequest(realm, withQuery(realm, service, scopes), service, scopes, credential);
  }

  /// The body of a POST; it holds the password.
  ///
  /// @see <a href="https://distribution.github.io/distribution/spec/auth/oauth/">OAuth2 tokens</a>
  String form() {
    Credential login = credential.orElseThrow();
    return WWWFormCodec.format(
        List.of(
            new BasicNameValuePair("grant_type", "password"),
            new BasicNameValuePair("service", service),
            new BasicNameValuePair("scope", String.join(" ", scopes)),
            new BasicNameValuePair("client_id", CLIENT),
            new BasicNameValuePair("username", login.username()),
            new BasicNameValuePair("password", login.password())),
        StandardCharsets.UTF_8);
  }

  /// What the registry asks for, and to pull, as containerd does: a challenge may name less.
  private static List<String> scopes(Challenge.Bearer challenge, String repository) {
    Set<String> scopes = new TreeSet<>();
    scopes.add("repository:" + repository + ":pull");
    for (String scope : challenge.parameters().getOrDefault("scope", "").split(" ", -1)) {
      if (!scope.isEmpty()) {
        scopes.add(scope);
      }
    }
    return List.copyOf(scopes);
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

  private static URI withQuery(URI realm, String service, List<String> scopes)
      throws RefusedRealmException {
    URIBuilder builder = new URIBuilder(realm);
    if (!service.isEmpty()) {
      builder.addParameter("service", service);
    }
    scopes.forEach(scope -> builder.addParameter("scope", scope));
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
