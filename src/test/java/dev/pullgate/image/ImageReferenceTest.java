package dev.pullgate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/// The tables hold what github.com/distribution/reference v0.6.0 answers.
class ImageReferenceTest {
  private static final String SHA256 =
      "sha256:0123456789abcdef0123456789abcdef" + "0123456789abcdef0123456789abcdef";
  private static final String SHA384 =
      "sha384:0123456789abcdef0123456789abcdef0123456789abcdef"
          + "0123456789abcdef0123456789abcdef0123456789abcdef";
  private static final String SHA512 =
      "sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
          + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nginx                              | docker.io/library/nginx
          nginx:1.27                         | docker.io/library/nginx:1.27
          library/nginx                      | docker.io/library/nginx
          docker.io/nginx                    | docker.io/library/nginx
          index.docker.io/nginx:1            | docker.io/library/nginx:1
          index.docker.io/acme/web           | docker.io/acme/web
          registry-1.docker.io/library/nginx | registry-1.docker.io/library/nginx
          Docker.io/nginx                    | Docker.io/nginx
          DOCKER.IO/library/nginx            | DOCKER.IO/library/nginx
          docker.io:443/nginx                | docker.io:443/nginx
          acme/web                           | docker.io/acme/web
          acme/team/web:2.0                  | docker.io/acme/team/web:2.0
          ghcr.io/acme/web:2.0               | ghcr.io/acme/web:2.0
          quay.io:443/foo                    | quay.io:443/foo
          localhost/netd:v1                  | localhost/netd:v1
          localhost:5000/x                   | localhost:5000/x
          localhost:5000/x:y                 | localhost:5000/x:y
          LOCALHOST/x                        | LOCALHOST/x
          localhost                          | docker.io/library/localhost
          localhost:5000                     | docker.io/library/localhost:5000
          nginx:443/nginx                    | nginx:443/nginx
          nginx:443/nginx:443                | nginx:443/nginx:443
          EVIL-REGISTRY.COM/x:v1             | EVIL-REGISTRY.COM/x:v1
          Acme/web                           | Acme/web
          repo:_x                            | docker.io/library/repo:_x
          127.0.0.1:5000/x                   | 127.0.0.1:5000/x
          [::1]:5000/x                       | [::1]:5000/x
          [::1]/x                            | [::1]/x
          my_host.example/x                  | my_host.example/x
          a.b                                | docker.io/library/a.b
          a_b                                | docker.io/library/a_b
          a__b                               | docker.io/library/a__b
          a---b                              | docker.io/library/a---b
          0                                  | docker.io/library/0
          """)
  void normalisesAsTheKubelet(String written, String normalised) throws Exception {
    assertThat(ImageReference.parse(written)).hasToString(normalised);
  }

  @ParameterizedTest
  @EmptySource
  @ValueSource(
      strings = {
        "acme/Web",
        "Nginx",
        "docker.io/test/centos:",
        "docker.io/",
        "/nginx",
        "nginx/",
        "a//b",
        "x.io/get/ready4.//this/not.good:404@yikes/bad/string",
        "_/alpine",
        "a/_b",
        "repo:1.0.0+rc1",
        "repo:",
        "repo:-x",
        "repo:.x",
        "repo@",
        "repo:tag@",
        "@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "docker://nginx",
        "https://ghcr.io/acme/web",
        "https:/nginx",
        "[::g]/x",
        "[fe80::1%25eth0]/x",
        "::1/x",
        "host:/x",
        "host:a/x",
        "foo.com./x",
        "-foo.com/x",
        "foo-.com/x",
        "foo..com/x",
        "My_host.example/x",
        "a..b",
        "a___b",
        "a-",
        "-a",
        "a b",
        "a@b",
        "repo:a:b",
        "repo:a/b",
        "nginx ",
        " nginx",
        "nginx\n",
        "gr\u00f6\u00dfe",
        "\u212aernel/x"
      })
  void refusesWhatTheKubeletCallsInvalidImageName(String written) {
    assertThat(ImageReference.parseIfValid(written)).isEmpty();
    assertThatThrownBy(() -> ImageReference.parse(written))
        .isInstanceOf(InvalidReferenceException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nginx                    | docker.io         | library/nginx |
          nginx:443/nginx          | nginx:443         | nginx         |
          localhost/netd:v1        | localhost         | netd          | v1
          EVIL-REGISTRY.COM/x:v1   | EVIL-REGISTRY.COM | x             | v1
          my_host.example/a/b:2    | my_host.example   | a/b           | 2
          index.docker.io/nginx:1  | docker.io         | library/nginx | 1
          [::1]:5000/x             | [::1]:5000        | x             |
          """)
  void splitsIntoRegistryRepositoryAndTag(
      String written, String registry, String repository, @Nullable String tag) throws Exception {
    ImageReference reference = ImageReference.parse(written);

    assertThat(reference.registry()).isEqualTo(registry);
    assertThat(reference.repository()).isEqualTo(repository);
    assertThat(reference.tag()).isEqualTo(Optional.ofNullable(tag));
    assertThat(reference.name()).isEqualTo(registry + "/" + repository);
  }

  @ParameterizedTest
  @ValueSource(strings = {SHA256, SHA384, SHA512})
  void takesEveryRegisteredDigest(String digest) throws Exception {
    ImageReference reference = ImageReference.parse("nginx@" + digest);

    assertThat(reference).hasToString("docker.io/library/nginx@" + digest);
    assertThat(reference.manifestReference()).isEqualTo(digest);
    assertThat(reference.tag()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha256:0123",
        SHA256 + "0",
        "SHA256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
        "sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "md5:0123456789abcdef0123456789abcdef",
        "blake3:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      })
  void refusesOtherDigests(String digest) {
    assertThat(ImageReference.parseIfValid("nginx@" + digest)).isEmpty();
  }

  @Test
  void letsTheDigestDecideAndKeepsTheTag() throws Exception {
    ImageReference reference = ImageReference.parse("nginx:1.27@" + SHA256);

    assertThat(reference).hasToString("docker.io/library/nginx:1.27@" + SHA256);
    assertThat(reference.tag()).contains("1.27");
    assertThat(reference.digest()).map(Digest::toString).contains(SHA256);
    assertThat(reference.manifestReference()).isEqualTo(SHA256);
    assertThat(reference.suffix()).isEqualTo(":1.27@" + SHA256);
  }

  @Test
  void asksForLatestWithoutInventingATag() throws Exception {
    ImageReference reference = ImageReference.parse("nginx");

    assertThat(reference.manifestReference()).isEqualTo("latest");
    assertThat(reference.tag()).isEmpty();
    assertThat(reference.suffix()).isEmpty();
  }

  @Test
  void refusesAnImageIdButTakesOneHexadecimalDigitLess() {
    assertThat(ImageReference.parseIfValid("0123456789abcdef".repeat(4))).isEmpty();
    assertThat(ImageReference.parseIfValid("0123456789abcdef".repeat(4).substring(1))).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"ghcr.io/, 255", "docker.io/library/, 247", "'', 247", "my_host.example/, 239"})
  void countsTheRepositoryUpTo255Characters(String prefix, int length) {
    assertThat(ImageReference.parseIfValid(prefix + "a".repeat(length))).isPresent();
    assertThat(ImageReference.parseIfValid(prefix + "a".repeat(length + 1))).isEmpty();
  }

  @Test
  void takesTagsOf128Characters() {
    assertThat(ImageReference.parseIfValid("nginx:" + "t".repeat(128))).isPresent();
    assertThat(ImageReference.parseIfValid("nginx:" + "t".repeat(129))).isEmpty();
  }

  @Test
  void refusesAMillionCharactersAtOnce() {
    assertThatThrownBy(() -> ImageReference.parse("a/".repeat(500_000)))
        .hasMessage("longer than any valid reference (1000000 characters)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          acme/Web       | repository name must be lowercase
          foo-.com/x     | the part before the first '/' is no valid host
          _/alpine       | invalid repository name
          nginx:         | a colon without a tag behind it
          repo:1.0.0+rc1 | a tag has at most 128 letters, digits, '_', '.' and '-', and begins with none of the last two
          """,
      quoteCharacter = '"')
  void saysWhatIsWrong(String written, String clause) {
    assertThatThrownBy(() -> ImageReference.parse(written)).hasMessage(clause);
  }

  @Test
  void keepsTagAndDigestUnderAnotherName() throws Exception {
    ImageReference moved =
        ImageReference.parse("nginx:1.27@" + SHA256)
            .withName("mirror.example.com/hub/library/nginx");

    assertThat(moved).hasToString("mirror.example.com/hub/library/nginx:1.27@" + SHA256);
  }

  @Test
  void isEqualToAnotherSpellingOfTheSameImage() throws Exception {
    assertThat(ImageReference.parse("nginx:1"))
        .isEqualTo(ImageReference.parse("index.docker.io/library/nginx:1"))
        .hasSameHashCodeAs(ImageReference.parse("docker.io/nginx:1"))
        .isNotEqualTo(ImageReference.parse("nginx:2"));
  }
}
