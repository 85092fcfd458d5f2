package dev.pullgate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullgate.image.ImageReference;
import dev.pullgate.image.PolicyName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageGlobTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          docker.io                    | nginx                               | true
          docker.io                    | acme/team/web                       | true
          docker.io                    | docker.io.evil.com/nginx            | false
          index.docker.io              | nginx                               | true
          Registry-1.Docker.IO:443     | nginx                               | true
          docker.io/**                 | registry-1.docker.io/library/nginx  | true
          docker.io/library/**         | nginx                               | true
          docker.io/library/**         | acme/web                            | false
          docker.io/library/*          | nginx                               | true
          docker.io/*                  | nginx                               | false
          docker.io/*/*                | nginx                               | true
          docker.io/library/nginx      | nginx:1.27                          | true
          docker.io/library/nginx      | nginx-unprivileged                  | false
          docker.io/library/nginx*     | nginx-unprivileged                  | true
          **                           | quay.io/a/b/c                       | true
          **/nginx                     | docker.io/library/nginx             | true
          **/nginx                     | quay.io/a/b/nginx                   | true
          **/nginx                     | quay.io/a/b/my-nginx                | false
          quay.io/**/web               | quay.io/web                         | true
          quay.io/**/web               | quay.io/a/b/web                     | true
          quay.io/**/web               | quay.io/a/bweb                      | false
          quay.io/a**                  | quay.io/abc/d                       | true
          *                            | localhost/x                         | true
          *                            | quay.io/a/b                         | true
          *.x.io                       | a.x.io/r                            | true
          *.x.io                       | a.b.x.io/r                          | true
          *.x.io                       | x.io/r                              | false
          *.x.io                       | evil.com/a.x.io/r                   | false
          *.dkr.ecr.*.amazonaws.com    | 1.dkr.ecr.eu-west-1.amazonaws.com/a | true
          quay.io                      | quay.io:8443/a                      | false
          quay.io:8443                 | quay.io:8443/a                      | true
          quay.io:443                  | quay.io/a                           | true
          QUAY.io/a                    | Quay.IO/a                           | true
          [::1]:5000                   | [::1]:5000/x                        | true
          """)
  void standsForNamesAsPoliciesSpellThem(String glob, String image, boolean matches)
      throws Exception {
    assertThat(ImageGlob.of(glob).matches(ImageReference.parse(image).policyName()))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""                 | an empty glob matches nothing
          https://quay.io    | a glob begins with the host, without a scheme
          /quay.io           | a glob has no empty part
          quay.io/           | a glob has no empty part
          quay.io//a         | a glob has no empty part
          quay.io/***        | '*' and '**' are the only wildcards
          quay.io/a?         | '?' cannot stand in an image name
          quay.io/a@sha256   | '@' cannot stand in an image name
          quay.io/{a,b}      | '{' cannot stand in an image name
          quay.io/größe      | 'ö' cannot stand in an image name
          "quay.io/a "       | ' ' cannot stand in an image name
          """)
  void refusesWhatCanMatchNoName(String glob, String clause) {
    assertThatThrownBy(() -> ImageGlob.of(glob))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(clause);
  }

  @Test
  void costsNoMoreThanItsLengthTimesTheNames() {
    ImageGlob glob = ImageGlob.of("quay.io/" + "**a".repeat(300) + "b");

    assertThat(glob.matches(new PolicyName("quay.io", "a".repeat(5_000)))).isFalse();
  }

  @Test
  void isShownAsWritten() {
    assertThat(ImageGlob.of("Index.Docker.IO/library")).hasToString("Index.Docker.IO/library");
  }
}
