package dev.pullgate.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.document.YamlReader;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sends the AdmissionReviews under `src/test/resources/reviews` to both webhooks: what broke other
/// webhooks, one YAML file each, with the answer of the validating one.
@QuarkusTest
@TestProfile(AdmissionEndpointTest.Standalone.class)
final class AdmissionReviewCasesTest {
  private static final Path CASES = Path.of("src/test/resources/reviews");

  @TestHTTPResource(tls = true)
  URI server = URI.create("https://localhost");

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void givesTheExpectedAnswer(Path file) throws Exception {
    JsonNode written = YamlReader.read(file.toString(), Files.readString(file)).getFirst().tree();
    JsonNode expected = written.path("expect");

    Response validated = send("/validate", written.path("review"));
    assertThat(validated.statusCode()).isEqualTo(expected.path("status").asInt());
    assertThat(validated.body().asString()).contains(expected.path("says").asText(""));
    Response mutated = send("/mutate", written.path("review"));
    assertThat(mutated.statusCode()).isEqualTo(expected.path("status").asInt());
    if (validated.statusCode() == 200) {
      String uid = written.at("/review/request/uid").asText();
      assertThat(validated.<String>path("response.uid")).isEqualTo(uid);
      assertThat(validated.<Boolean>path("response.allowed"))
          .isEqualTo(expected.path("allowed").asBoolean());
      assertThat(mutated.<String>path("response.uid")).isEqualTo(uid);
      assertThat(mutated.<Boolean>path("response.allowed")).as("mutation never denies").isTrue();
    }
  }

  private Response send(String webhook, JsonNode review) {
    return given()
        .relaxedHTTPSValidation()
        .baseUri(server.toString())
        .contentType("application/json")
        .body(review.toString())
        .post(webhook + "?timeout=10s");
  }
}
