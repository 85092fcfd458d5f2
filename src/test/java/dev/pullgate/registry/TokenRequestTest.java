package dev.pullgate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullgate.credential.Credential;
import dev.pullgate.credential.CredentialSource;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.registry.TokenRequest.RefusedRealmException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenRequestTest {
  private static final Optional<Credential> LOGIN =
      Optional.of(new Credential("user", "password", new CredentialSource("regcred", "key")));

  @Test
  void asksForPullWithTheServiceThatTheRegistryNames() throws Exception {
    TokenRequest request =
        request("https://auth.docker.io/token", "registry-1.docker.io", Map.of("service", "a b"));

    assertThat(request.uri())
        .hasToString(
            "https://auth.docker.io/token?service=a%20b&scope=repository%3Alibrary%2Fnginx%3Apull");
  }

  @Test
  void keepsTheScopeAndTheQueryOfTheRealm() throws Exception {
    TokenRequest request =
        request("https://quay.io/v2/auth?x=1", "quay.io", Map.of("scope", "repository:a:pull"));

    assertThat(request.uri())
        .hasToString(
            "https://quay.io/v2/auth?x=1&scope=repository%3Aa%3Apull"
                + "&scope=repository%3Alibrary%2Fnginx%3Apull");
    assertThat(request.realm()).hasToString("https://quay.io/v2/auth?x=1");
    assertThat(request.scopes())
        .containsExactly("repository:a:pull", "repository:library/nginx:pull");
  }

  @Test
  void namesTheScopeThatIsAlwaysNeededOnce() throws Exception {
    TokenRequest request =
        request(
            "https://quay.io/v2/auth",
            "quay.io",
            Map.of("scope", " registry:catalog:*  repository:library/nginx:pull "));

    assertThat(request.scopes())
        .containsExactly("registry:catalog:*", "repository:library/nginx:pull");
  }

  @Test
  void writesTheFormOfOAuth2() throws Exception {
    TokenRequest request =
        TokenRequest.of(
            bearer("https://quay.io/v2/auth?x=1", Map.of("service", "a b")),
            URI.create("https://quay.io/v2/"),
            "a/b",
            RegistrySettings.undeclared("quay.io"),
            Optional.of(
                new Credential("us&er", "p=a%s s+wö", new CredentialSource("regcred", "key"))),
            _ -> false);

    assertThat(request.form())
        .isEqualTo(
            "grant_type=password&service=a+b&scope=repository%3Aa%2Fb%3Apull&client_id=pullgate"
                + "&username=us%26er&password=p%3Da%25s+s%2Bw%C3%B6");
    assertThat(request.toString()).doesNotContain("us&er", "us%26er", "p=a%s", "p%3Da");
  }

  @ParameterizedTest
  @CsvSource({
    "https://quay.io/token, quay.io",
    "https://QUAY.IO/token, quay.io",
    "https://auth.docker.io/token, registry-1.docker.io",
    "https://quay.io:8443/token, quay.io",
    "https://127.0.0.1:5001/token, 127.0.0.1:5000",
    "https://localhost:5001/token, localhost:5000"
  })
  void sendsTheLoginWithinTheSite(String realm, String registry) throws Exception {
    assertThat(request(realm, registry, Map.of()).credential()).isEqualTo(LOGIN);
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.com/token, quay.io",
    "https://quay.io.evil.com/token, quay.io",
    "https://evilquay.io/token, quay.io",
    "https://b.co.uk/token, a.co.uk",
    "https://b.s3.amazonaws.com/token, a.s3.amazonaws.com",
    "https://b.github.io/token, a.github.io",
    "https://127.0.0.2/token, 127.0.0.1",
    "https://1.0.0.1/token, 2.0.0.1",
    "https://[::2]/token, [::1]",
    "https://localhost/token, registry"
  })
  void keepsTheLoginFromAnotherSite(String realm, String registry) {
    assertThatThrownBy(() -> request(realm, registry, Map.of()))
        .isInstanceOf(RefusedRealmException.class)
        .hasMessageContaining("asks for the login at another site");
  }

  @Test
  void asksAnotherSiteWithoutALogin() throws Exception {
    TokenRequest request =
        TokenRequest.of(
            bearer("https://evil.com/token", Map.of()),
            URI.create("https://quay.io/v2/"),
            "a",
            RegistrySettings.undeclared("quay.io"),
            Optional.empty(),
            _ -> false);

    assertThat(request.credential()).isEmpty();
  }

  @Test
  void sendsTheLoginToAnotherSiteThatIsDeclared() throws Exception {
    TokenRequest request =
        TokenRequest.of(
            bearer("https://sso.example.com:8443/token", Map.of()),
            URI.create("https://quay.io/v2/"),
            "a",
            RegistrySettings.undeclared("quay.io"),
            LOGIN,
            "sso.example.com:8443"::equals);

    assertThat(request.credential()).isEqualTo(LOGIN);
  }

  @ParameterizedTest
  @CsvSource({
    "http://quay.io/token, false, names a token realm that is not HTTPS",
    "http://quay.io/token, true, ''",
    "http://quay.io:5000/token, true, names a token realm that is not HTTPS",
    "http://auth.quay.io/token, true, names a token realm that is not HTTPS",
    "https://quay.io/token, true, ''"
  })
  void takesAPlainRealmOnlyOnAHostThatIsDeclaredPlain(
      String realm, boolean declaredPlain, String clause) throws Exception {
    RegistrySettings settings =
        new RegistrySettings(
            "quay.io", declaredPlain, List.of(), false, null, RegistrySettings.DEFAULT_TIMEOUT);
    URI registry = URI.create((declaredPlain ? "http" : "https") + "://quay.io/v2/");

    String refused = "";
    try {
      TokenRequest.of(bearer(realm, Map.of()), registry, "a", settings, LOGIN, _ -> false);
    } catch (RefusedRealmException e) {
      refused = e.reason();
    }

    assertThat(refused).isEqualTo(clause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''
          token
          /token
          //quay.io/token
          ftp://quay.io/token
          file:///etc/passwd
          jar:https://quay.io!/x
          https:
          https://
          https:///token
          https://user:pw@quay.io/token
          https://quay.io@evil.com/token
          https://quay io/token
          https://quay.io/to ken
          https://my_host/token
          HTTPS://quay.io/token
          """)
  void refusesARealmThatIsNoWebAddress(String realm) {
    assertThatThrownBy(() -> request(realm, "quay.io", Map.of()))
        .isInstanceOf(RefusedRealmException.class)
        .hasMessage("names a token realm that is no web address");
  }

  @Test
  void refusesAChallengeWithoutARealm() {
    assertThatThrownBy(() ->
            TokenRequest.of(
                new Challenge.Bearer(Map.of("service", "x")),
                URI.create("https://quay.io/v2/"),
                "a",
                RegistrySettings.undeclared("quay.io"),
                LOGIN,
                _ -> true))
        .isInstanceOf(RefusedRealmException.class);
  }

  private static TokenRequest request(String realm, String registry, Map<String, String> others)
      throws RefusedRealmException {
    return TokenRequest.of(
        bearer(realm, others),
        URI.create("https://" + registry + "/v2/library/nginx/manifests/latest"),
        "library/nginx",
        RegistrySettings.undeclared(registry),
        LOGIN,
        _ -> false);
  }

  private static Challenge.Bearer bearer(String realm, Map<String, String> others) {
    Map<String, String> parameters = new HashMap<>(others);
    parameters.put("realm", realm);
    return new Challenge.Bearer(parameters);
  }
}
