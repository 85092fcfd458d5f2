package dev.pullgate.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearMissesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          https://index.docker.io/v1     | nginx                          | LAST_SLASH | lacks the last slash, so that /v1 is taken for a path; Docker Hub's key is https://index.docker.io/v1/
          index.docker.io/v2             | nginx                          | LAST_SLASH | lacks the last slash, so that /v2 is taken for a path; Docker Hub's key is https://index.docker.io/v1/
          registry-1.docker.io           | nginx                          | DOCKER_HUB | serves no docker.io image; Docker Hub's key is https://index.docker.io/v1/
          https://hub.docker.com         | acme/web                       | DOCKER_HUB | serves no docker.io image; Docker Hub's key is https://index.docker.io/v1/
          https://registry.hub.docker.com | acme/web                      | DOCKER_HUB | serves no docker.io image; Docker Hub's key is https://index.docker.io/v1/
          index.docker.io:443            | nginx                          | DOCKER_HUB | serves no docker.io image; Docker Hub's key is https://index.docker.io/v1/
          index.docker.io/acme           | acme/web                       | DOCKER_HUB | serves no docker.io image; Docker Hub's key is https://index.docker.io/v1/
          INDEX.docker.io/v1/            | nginx                          | DOCKER_HUB | serves no docker.io image; Docker Hub's key is https://index.docker.io/v1/
          https://index.docker.io/v1/    | registry-1.docker.io/acme/web  | DOCKER_HUB | serves no image that is written with the host registry-1.docker.io
          docker.io                      | registry-1.docker.io/acme/web  | DOCKER_HUB | serves no image that is written with the host registry-1.docker.io
          docker.io:443                  | nginx                          | PORT       | names port 443, and the image has none: 443 is not the same as none to the kubelet
          docker.io/acme                 | nginx                          | PATH       | serves repositories that begin with acme only
          Docker.io                      | nginx                          | CASE       | is written in other letters than docker.io, and case counts
          registry.example.com:5000      | registry.example.com/team/app  | PORT       | names port 5000, and the image has none
          registry.example.com           | registry.example.com:5000/app  | PORT       | has no port, and the image has 5000
          registry.example.com:5001      | registry.example.com:5000/app  | PORT       | names port 5001, and the image has 5000
          registry.example.com:443       | registry.example.com/app       | PORT       | names port 443, and the image has none: 443 is not the same as none to the kubelet
          Registry.Example.com           | registry.example.com/app       | CASE       | is written in other letters than registry.example.com, and case counts
          quay.io/acme                   | quay.io/other/app              | PATH       | serves repositories that begin with acme only
          quay.io/acme/app/web           | quay.io/acme/app               | PATH       | goes on behind the image's repository acme/app
          quay.io/acme/                  | quay.io/acme                   | PATH       | goes on behind the image's repository acme
          quay.io/acme/app:2.0           | quay.io/acme/app               | PATH       | holds a tag, and keys know none
          quay.io/v1                     | quay.io/acme/app               | LAST_SLASH | lacks the last slash, so that /v1 is taken for a path
          *.x.io                         | x.io/r                         | WILDCARD   | does not match x.io: each * stands for one part between two dots
          *.x.io                         | a.b.x.io/r                     | WILDCARD   | does not match a.b.x.io: each * stands for one part between two dots
          x.io                           | a.x.io/r                       | DOMAIN     | serves x.io alone, and not a.x.io
          a.x.io                         | x.io/r                         | DOMAIN     | serves a.x.io alone, and not x.io
          registry.exmaple.com           | registry.example.com/app       | SPELLING   | is spelt otherwise than registry.example.com
          ghrc.io                        | ghcr.io/acme/app               | SPELLING   | is spelt otherwise than ghcr.io
          HTTPS://quay.io                | quay.io/acme/app               | SCHEME     | begins with HTTPS://, and only https:// and http:// are taken off
          oci://quay.io                  | quay.io/acme/app               | SCHEME     | begins with oci://, and only https:// and http:// are taken off
          ` quay.io`                     | quay.io/acme/app               | BLANK      | has a blank around it
          [ab].x.io                      | a.x.io/app                     | UNREADABLE | cannot be read as an address, so it is passed over
          """)
  void explainsWhatKeepsAKeyFromAnImage(String key, String image, NearMiss.Kind kind, String reason)
      throws Exception {
    assertThat(misses(image, key))
        .singleElement()
        .satisfies(miss -> {
          assertThat(miss.kind()).isEqualTo(kind);
          assertThat(miss.reason()).isEqualTo(reason);
          assertThat(miss.source()).isEqualTo(new CredentialSource("regcred", key));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "quay.io, ghcr.io/acme/app",
    "registry.example.com, quay.io/acme/app",
    "a.io, b.io/x",
    "*.y.io, a.x.io/r",
    "http://quay.io, quay.io/acme/app",
    "quay.io, quay.io/acme/app"
  })
  void saysNothingOfKeysThatAreMeantForOthersOrServe(String key, String image) throws Exception {
    assertThat(misses(image, key)).isEmpty();
  }

  @Test
  void tellsThatALoginForTheSourceDoesNotServeTheMirror() throws Exception {
    ImageReference atMirror = ImageReference.parse("mirror.example.com:5000/hub/library/nginx");
    List<NearMiss> misses =
        NearMisses.of(
            keyring("https://index.docker.io/v1/"), atMirror, ImageReference.parse("nginx"));

    assertThat(misses)
        .singleElement()
        .satisfies(miss ->
            assertThat(miss.reason())
                .isEqualTo(
                    "serves docker.io/library/nginx, but the image comes from the mirror"
                        + " mirror.example.com:5000"));
  }

  @Test
  void namesTheThreeSmallestMistakesFirst() throws Exception {
    assertThat(
            misses(
                "registry.example.com/team/app",
                "registry.exmaple.com",
                "example.com",
                "registry.example.com/other",
                "registry.example.com:5000",
                "REGISTRY.example.com"))
        .extracting(NearMiss::kind)
        .containsExactly(NearMiss.Kind.CASE, NearMiss.Kind.PORT, NearMiss.Kind.PATH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://ci:hunter2@quay.io/x        | https://quay.io/x
          ci:hunter2@quay.io:5000/x           | quay.io:5000/x
          ci:hun@ter2@quay.io                 | quay.io
          ci:hun/ter2@quay.io                 | quay.io
          ci:hun#ter2@quay.io                 | …
          quay.io?token=hunter2               | quay.io
          quay.io?token=hun@ter2              | …
          quay.io/x#hunter2                   | quay.io/x
          ci:hunter2                          | ci:…
          https://ci:hunter2/x                | https://ci:…
          [::1]:5000                          | [::1]:5000
          https://index.docker.io/v1/         | https://index.docker.io/v1/
          """)
  void showsOfAKeyNothingThatMayBeALogin(String key, String shown) {
    assertThat(KeyringKey.shown(key)).isEqualTo(shown);
    assertThat(keyring(key).keys()).containsExactly(new CredentialSource("regcred", shown));
  }

  @Test
  void boundsWhatTenantsWrote() throws Exception {
    String host = "x".repeat(5_000) + ".example.com";
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      keys.add("registry.example.com:" + i + "/" + "p".repeat(300));
    }
    keys.add(host);

    assertThat(misses("registry.example.com/team/app", keys.toArray(String[]::new)))
        .hasSize(3)
        .allSatisfy(miss -> {
          assertThat(miss.source().key()).hasSizeLessThanOrEqualTo(121);
          assertThat(miss.reason()).hasSizeLessThan(400);
        });
    assertThat(misses("example.com/team/app", host))
        .singleElement()
        .satisfies(miss -> assertThat(miss.reason()).hasSizeLessThan(400));
  }

  private static List<NearMiss> misses(String image, String... keys) throws Exception {
    return NearMisses.of(keyring(keys), ImageReference.parse(image), null);
  }

  private static Keyring keyring(String... keys) {
    List<PullSecret.Entry> entries = new ArrayList<>();
    for (String key : keys) {
      entries.add(new PullSecret.Entry(key, "ci", "hunter2"));
    }
    return new Keyring(List.of(new PullSecret.Usable("regcred", entries)));
  }
}
