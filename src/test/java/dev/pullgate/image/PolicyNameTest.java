package dev.pullgate.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nginx:1.27                          | docker.io/library/nginx
          index.docker.io/nginx               | docker.io/library/nginx
          registry-1.docker.io/library/nginx  | docker.io/library/nginx
          registry-1.docker.io/nginx          | docker.io/library/nginx
          registry.hub.docker.com/acme/web    | docker.io/acme/web
          Docker.IO/nginx                     | docker.io/library/nginx
          INDEX.docker.io/acme/web            | docker.io/acme/web
          docker.io:443/nginx                 | docker.io/library/nginx
          Registry-1.Docker.io:443/nginx      | docker.io/library/nginx
          EVIL-REGISTRY.COM/x:v1              | evil-registry.com/x
          EVIL-REGISTRY.COM:443/x:v1          | evil-registry.com/x
          quay.io:8443/foo                    | quay.io:8443/foo
          quay.io:80/foo                      | quay.io:80/foo
          nginx:443/nginx                     | nginx/nginx
          localhost/netd:v1                   | localhost/netd
          localhost:5000/x                    | localhost:5000/x
          [::A]:443/x                         | [::a]/x
          my_host.example/x                   | my_host.example/x
          """)
  void isOneSpellingForEveryWayToWriteARegistry(String written, String name) throws Exception {
    assertThat(ImageReference.parse(written).policyName()).hasToString(name);
  }

  @ParameterizedTest
  @CsvSource({
    "Index.Docker.IO:443, docker.io",
    "quay.io, quay.io",
    "QUAY.io:443, quay.io",
    "quay.io:4430, quay.io:4430"
  })
  void bringsARegistryAloneToThatSpelling(String written, String registry) {
    assertThat(PolicyName.canonicalRegistry(written)).isEqualTo(registry);
  }
}
