package dev.pullgate.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pullgate.image.ImageReference;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The table of keys holds what pkg/credentialprovider of Kubernetes 1.37.2 answers.
class KeyringTest {
  private static final List<String> IMAGES =
      List.of(
          "docker.io/library/nginx",
          "docker.io/acme/web",
          "registry-1.docker.io/library/nginx",
          "localhost/netd",
          "localhost:5000/x",
          "nginx:443/nginx",
          "quay.io/foo",
          "quay.io/foo/bar",
          "quay.io/foobar",
          "quay.io:443/foo",
          "a.x.io/r",
          "x.io/r",
          "a.b.x.io/r",
          "EVIL.COM/x",
          "[::1]:5000/x",
          "[::1]/x",
          "123456.dkr.ecr.eu-west-1.amazonaws.com/a/b");

  static Stream<Arguments> keys() {
    return Stream.of(
        arguments("quay.io", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("https://quay.io", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("http://quay.io", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("HTTPS://quay.io", List.of()),
        arguments("quay.io/", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io/v1/", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io/v2/", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io/v1", List.of()),
        arguments("quay.io/v2/foo", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io/foo", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io/foo/", List.of("quay.io/foo/bar")),
        arguments("quay.io/foo/bar", List.of("quay.io/foo/bar")),
        arguments("quay.io/%66oo", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io/foo%zz", List.of()),
        arguments("quay.io/%23", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io/%3f", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io?x=y", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io#f", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io#%", List.of()),
        arguments("quay.io:443", List.of("quay.io:443/foo")),
        arguments("quay.io:", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("quay.io:8443", List.of()),
        arguments("QUAY.IO", List.of()),
        arguments("quay.*", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments(
            "*.io",
            List.of(
                "docker.io/library/nginx",
                "docker.io/acme/web",
                "quay.io/foo",
                "quay.io/foo/bar",
                "quay.io/foobar",
                "x.io/r")),
        arguments("*", List.of("localhost/netd", "[::1]/x")),
        arguments(
            "*.*",
            List.of(
                "docker.io/library/nginx",
                "docker.io/acme/web",
                "quay.io/foo",
                "quay.io/foo/bar",
                "quay.io/foobar",
                "x.io/r",
                "EVIL.COM/x")),
        arguments("*.*.*", List.of("registry-1.docker.io/library/nginx", "a.x.io/r")),
        arguments("q*y.io", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("?uay.io", List.of()),
        arguments("[q]uay.io", List.of()),
        arguments(" quay.io", List.of()),
        arguments("quay.io ", List.of()),
        arguments("user@quay.io", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("user:pass@quay.io", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("us er@quay.io", List.of()),
        arguments("u%zz@quay.io", List.of()),
        arguments("a@b@quay.io", List.of("quay.io/foo", "quay.io/foo/bar", "quay.io/foobar")),
        arguments("//quay.io", List.of()),
        arguments("quay\\.io", List.of()),
        arguments("quay.io\n", List.of()),
        arguments("https://https://quay.io", List.of()),
        arguments("*.x.io", List.of("a.x.io/r")),
        arguments("a*.x.io", List.of("a.x.io/r")),
        arguments("x.io", List.of("x.io/r")),
        arguments("docker.io", List.of("docker.io/library/nginx", "docker.io/acme/web")),
        arguments("docker.io/library", List.of("docker.io/library/nginx")),
        arguments(
            "index.docker.io",
            List.of("docker.io/library/nginx", "docker.io/acme/web", "localhost/netd")),
        arguments(
            "https://index.docker.io/v1/",
            List.of("docker.io/library/nginx", "docker.io/acme/web", "localhost/netd")),
        arguments("https://index.docker.io/v1", List.of()),
        arguments(
            "https://index.docker.io/v2/",
            List.of("docker.io/library/nginx", "docker.io/acme/web", "localhost/netd")),
        arguments("index.docker.io:443", List.of()),
        arguments("index.docker.io/acme", List.of()),
        arguments("registry-1.docker.io", List.of("registry-1.docker.io/library/nginx")),
        arguments("hub.docker.com", List.of()),
        arguments("localhost", List.of("localhost/netd")),
        arguments("localhost:5000", List.of("localhost:5000/x")),
        arguments("*:5000", List.of("localhost:5000/x", "[::1]:5000/x")),
        arguments("[::1]", List.of()),
        arguments("[::1]:5000", List.of("[::1]:5000/x")),
        arguments("nginx:443", List.of("nginx:443/nginx")),
        arguments("EVIL.COM", List.of("EVIL.COM/x")),
        arguments("", List.of()),
        arguments("quay.io/v1/v1/foo", List.of()),
        arguments(
            "*.dkr.ecr.*.amazonaws.com", List.of("123456.dkr.ecr.eu-west-1.amazonaws.com/a/b")));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void servesTheImagesThatTheKubeletServes(String key, List<String> served) {
    Keyring keyring = new Keyring(List.of(secret("regcred", key)));

    assertThat(IMAGES.stream().filter(image -> !lookup(keyring, image).isEmpty()))
        .containsExactlyElementsOf(served);
  }

  @Test
  void triesEveryMatchInReverseLexicalOrder() {
    Keyring keyring =
        new Keyring(
            List.of(secret("a", "quay.io", "*.io", "quay.io/foo"), secret("b", "quay.io/foo/bar")));

    assertThat(lookup(keyring, "quay.io/foo/bar"))
        .containsExactly("b quay.io/foo/bar", "a quay.io/foo", "a quay.io", "a *.io");
  }

  @Test
  void triesSecretsWithTheSameKeyInTheOrderOfThePod() {
    Keyring keyring =
        new Keyring(
            List.of(
                secret("stale", "https://quay.io/v1/"),
                secret("good", "quay.io"),
                secret("last", "http://quay.io/v2/")));

    assertThat(lookup(keyring, "quay.io/foo"))
        .containsExactly("stale https://quay.io/v1/", "good quay.io", "last http://quay.io/v2/");
  }

  @Test
  void servesDockerHubFromItsOldNameOnlyWhereNothingMatches() {
    PullSecret old = secret("old", "https://index.docker.io/v1/");

    assertThat(lookup(new Keyring(List.of(old)), "nginx"))
        .containsExactly("old https://index.docker.io/v1/");
    assertThat(lookup(new Keyring(List.of(old, secret("direct", "docker.io"))), "nginx"))
        .containsExactly("direct docker.io");
  }

  @ParameterizedTest
  @CsvSource({
    "nginx, true",
    "index.docker.io/acme/web, true",
    "localhost/netd, true",
    "LOCAL/netd, true",
    "localhost:5000/x, false",
    "registry-1.docker.io/library/nginx, false",
    "docker.io:443/acme/web, false",
    "my_host.example/x, false"
  })
  void fallsBackToDockerHubForHostsWithoutDotAndPort(String image, boolean served) {
    Keyring keyring = new Keyring(List.of(secret("hub", "index.docker.io")));

    assertThat(lookup(keyring, image)).hasSize(served ? 1 : 0);
  }

  @Test
  void looksUpTheRepositoryWithoutTagAndDigest() {
    Keyring keyring = new Keyring(List.of(secret("regcred", "quay.io/foo:1")));

    assertThat(lookup(keyring, "quay.io/foo:1")).isEmpty();
  }

  @Test
  void knowsWhatItCouldNotUse() {
    PullSecret.Malformed malformed = new PullSecret.Malformed("broken", "it is broken");
    Keyring broken = new Keyring(List.of(malformed, new PullSecret.Missing("missing")));

    assertThat(broken.malformed()).containsExactly(malformed);
    assertThat(broken.incomplete()).isFalse();
    assertThat(broken.secrets()).hasSize(2);
    assertThat(new Keyring(List.of(new PullSecret.Unknown("x", "unread"))).incomplete()).isTrue();
  }

  @Test
  void matchesAKeyOfManyStarsAtOnce() {
    Keyring keyring = new Keyring(List.of(secret("stars", "*a".repeat(20_000) + "b.x.io")));

    assertThat(lookup(keyring, "a".repeat(60) + ".x.io/r")).isEmpty();
  }

  @Test
  void printsNoPassword() {
    PullSecret.Entry entry = new PullSecret.Entry("quay.io", "account", "hunter2");
    Credential credential =
        new Credential("account", "hunter2", new CredentialSource("regcred", "quay.io"));

    assertThat(entry.toString() + credential + new PullSecret.Usable("regcred", List.of(entry)))
        .contains("quay.io")
        .doesNotContain("hunter2", "account");
  }

  private static PullSecret secret(String name, String... keys) {
    return new PullSecret.Usable(
        name, Stream.of(keys).map(key -> new PullSecret.Entry(key, "user", "password")).toList());
  }

  private static List<String> lookup(Keyring keyring, String image) {
    return keyring.lookup(ImageReference.parseIfValid(image).orElseThrow()).stream()
        .map(credential -> credential.source().secret() + " " + credential.source().key())
        .toList();
  }
}
