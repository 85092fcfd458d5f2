package dev.pullgate.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.Deadline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nginx               | https://registry-1.docker.io/v2/library/nginx/manifests/latest
          quay.io:8443/a/b:1  | https://quay.io:8443/v2/a/b/manifests/1
          [::1]:5000/x        | https://[::1]:5000/v2/x/manifests/latest
          my_host.example/x   | https://my_host.example/v2/x/manifests/latest
          """)
  void asksWhereTheRegistryServesItsManifests(String image, String uri) throws Exception {
    ImageReference reference = ImageReference.parse(image);
    Endpoint endpoint = Endpoint.of(reference, RegistrySettings.undeclared(reference.registry()));

    assertThat(endpoint.manifest(reference)).hasToString(uri);
    assertThat(endpoint.connectable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[:]/x",
        "[:::::]/x",
        "[::1]:65536/x",
        "[::1]:99999999999/x",
        "127.0.0.1:65536/x",
        "127.0.0.1:99999999999/x",
        "h:99999999999/x"
      })
  void provesNothingWhereThereCanBeNoAddress(String image) throws Exception {
    ImageReference reference = ImageReference.parse(image);
    InstantSource clock = InstantSource.system();

    try (RegistryClient client =
        new RegistryClient(
            () -> new PolicySet(List.of(), List.of(), List.of()),
            new SimpleMeterRegistry(),
            clock)) {
      assertThat(
              client.resolve(
                  reference,
                  List.of(),
                  RegistrySettings.undeclared(reference.registry()),
                  Deadline.after(clock, Duration.ofSeconds(30))))
          .isInstanceOf(Resolution.Unreachable.class);
    }
  }
}
