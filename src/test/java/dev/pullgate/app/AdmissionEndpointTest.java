package dev.pullgate.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The two webhooks over HTTPS, in a standalone gate.
@QuarkusTest
@TestProfile(AdmissionEndpointTest.Standalone.class)
final class AdmissionEndpointTest {
  @TestHTTPResource(tls = true)
  URI server = URI.create("https://localhost");

  @TestHTTPResource(value = "/", management = true)
  URI management = URI.create("http://localhost");

  /// No registry is asked: the policy has no section that needs one.
  public static final class Standalone implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "pullgate.standalone", "true",
          "pullgate.policies", "src/test/resources/policies/pinned.yaml",
          "pullgate.certificates", "target/test-certificates",
          "quarkus.http.test-ssl-port", "0",
          "quarkus.management.test-port", "0",
          "quarkus.http.read-timeout", "1s");
    }
  }

  private RequestSpecification request(String contentType) {
    return given().relaxedHTTPSValidation().baseUri(server.toString()).contentType(contentType);
  }

  private static String review(String object) {
    return """
    {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1",
     "operation": "CREATE", "namespace": "shop", "resource": {"resource": "pods"},
     "object": %s}}
    """
        .formatted(object);
  }

  private static String pod(String image) {
    return """
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
     "spec": {"containers": [{"name": "web", "image": "%s"}]}}
    """
        .formatted(image);
  }

  @Test
  void admitsAPinnedImage() {
    request("application/json")
        .body(review(pod("nginx:1.27")))
        .post("/validate?timeout=10s")
        .then()
        .statusCode(200)
        .contentType("application/json")
        .body("apiVersion", equalTo("admission.k8s.io/v1"))
        .body("kind", equalTo("AdmissionReview"))
        .body("response.uid", equalTo("u-1"))
        .body("response.allowed", is(true))
        .body("response.status", nullValue());
  }

  @Test
  void rejectsAnUnpinnedImageAndSaysWhatToDo() {
    request("application/json; charset=utf-8")
        .body(review(pod("nginx")))
        .post("/validate")
        .then()
        .statusCode(200)
        .body("response.allowed", is(false))
        .body("response.status.message", containsString("container \"web\": nginx has no tag"))
        .body("response.status.message", containsString("[unpinned]"))
        .body("response.status.message", containsString("Fix: name a version"))
        .body("response.status.message", containsString("Policy: pinned (Enforce)"))
        .body("response.auditAnnotations.findings", containsString("Deny unpinned /spec/"));
  }

  @Test
  void rewritesAPodToTheMirror() {
    String patch =
        request("application/json")
            .body(review(pod("nginx:1.27")))
            .post("/mutate")
            .then()
            .statusCode(200)
            .body("response.allowed", is(true))
            .body("response.patchType", equalTo("JSONPatch"))
            .extract()
            .path("response.patch");
    String decoded = new String(Base64.getDecoder().decode(patch), StandardCharsets.UTF_8);
    assertThat(decoded).contains("\"value\":\"mirror.example.com/hub/library/nginx:1.27\"");
  }

  @Test
  void leavesAPodWithoutMirroredImagesAlone() {
    request("application/json")
        .body(review(pod("ghcr.io/acme/web:1")))
        .post("/mutate")
        .then()
        .statusCode(200)
        .body("response.allowed", is(true))
        .body("response.patch", nullValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not JSON",
        "[]",
        "{}",
        "{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"u\"}}",
        "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"}",
        "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":null}",
        "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{}}"
      })
  void givesNoVerdictOnWhatIsNoReview(String body) {
    for (String webhook : new String[] {"/validate", "/mutate"}) {
      request("application/json")
          .body(body)
          .post(webhook)
          .then()
          .statusCode(400)
          .contentType("text/plain")
          .body(containsString(" "));
    }
  }

  @Test
  void takesJsonOnly() {
    request("text/plain")
        .body(review(pod("nginx")))
        .post("/validate")
        .then()
        .statusCode(415)
        .body(containsString("application/json"));
  }

  @Test
  void refusesAReviewOverSixteenMebibytes() {
    byte[] body = new byte[(16 << 20) + 1];
    Arrays.fill(body, (byte) ' ');
    request("application/json")
        .body(body)
        .post("/validate")
        .then()
        .statusCode(413)
        .body(containsString("16 MiB"));
  }

  @Test
  void answersWhenTheTimeIsOverOrSomebodySaysNonsenseAboutIt() {
    for (String timeout : new String[] {"1ns", "1ms", "-5s", "soon", "99999999h"}) {
      request("application/json")
          .body(review(pod("nginx")))
          .queryParam("timeout", timeout)
          .post("/validate")
          .then()
          .statusCode(200)
          .body("response.status.message", containsString("[unpinned]"));
    }
  }

  @Test
  void givesUpACallerWhoFallsSilentInTheMiddleOfABody() throws Exception {
    SSLContext anyone = SSLContext.getInstance("TLS");
    anyone.init(null, new TrustManager[] {new TrustsAnyone()}, null);
    try (Socket socket = anyone.getSocketFactory().createSocket("localhost", server.getPort())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /validate?timeout=2s HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(" ".repeat(50_000).getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).isEmpty();
    }
    request("application/json")
        .body(review(pod("nginx:1")))
        .post("/validate")
        .then()
        .statusCode(200);
  }

  @ParameterizedTest
  @CsvSource({"ConfigMap, v1", "Deployment, v1", "Rollout, argoproj.io/v1alpha1"})
  void admitsWhatItCannotReadWithAWarning(String kind, String apiVersion) {
    request("application/json")
        .body(review("{\"apiVersion\": \"%s\", \"kind\": \"%s\"}".formatted(apiVersion, kind)))
        .post("/validate")
        .then()
        .statusCode(200)
        .body("response.allowed", is(true))
        .body("response.warnings", hasItem(containsString("cannot read")));
  }

  @Test
  void survivesAPodOfAnotherShape() {
    request("application/json")
        .body(
            review(
                "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": 5, \"spec\": {"
                    + "\"containers\": [null, 7, {\"image\": [1]}], \"volumes\": {\"a\": 1},"
                    + "\"imagePullSecrets\": \"x\"}}"))
        .post("/validate")
        .then()
        .statusCode(200)
        .body("response.uid", equalTo("u-1"));
  }

  @Test
  void escapesWhatTenantsWrote() {
    request("application/json")
        .body(
            review(
                "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"containers\": ["
                    + "{\"name\": \"a\\u001b[2Jb\", \"image\": \"nginx\"}]}}"))
        .post("/validate")
        .then()
        .body("response.status.message", containsString("a\\u001b[2Jb"));
  }

  @Test
  void isReadyAndCountsDecisions() {
    request("application/json").body(review(pod("nginx"))).post("/validate");
    given().get(management.resolve("/q/health/live")).then().statusCode(200);
    given()
        .get(management.resolve("/q/health/ready"))
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'gate' }.data.policies", is(1));
    given()
        .get(management.resolve("/q/metrics"))
        .then()
        .statusCode(200)
        .body(containsString("pullgate_admission_reviews_total{decision=\"denied\""))
        .body(containsString("pullgate_admission_review_duration_seconds_count"))
        .body(containsString("pullgate_findings_total{mode=\"Enforce\",rule=\"unpinned\"}"))
        .body(containsString("pullgate_certificate_expiry_timestamp_seconds"));
  }
}
