package dev.pullgate.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pullgate.review.Deadline;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionReviewCodecTest {
  private static final String HEAD =
      "\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"";

  private static final Deadline LATER =
      Deadline.after(InstantSource.system(), Duration.ofMinutes(1));

  private final AdmissionReviewCodec codec = new AdmissionReviewCodec();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``            | the body is no JSON object
          `  `          | the body is no JSON object
          null          | the body is no JSON object
          []            | the body is no JSON object
          "text"        | the body is no JSON object
          apiVersion: 1 | the body is no valid JSON (line 1, column 1)
          {             | the body is no valid JSON (line 1, column 2)
          {"a":1,}      | the body is no valid JSON (line 1, column 8)
          {} x          | the body is no valid JSON (line 1, column 4)
          {}            | expected admission.k8s.io/v1 AdmissionReview, and no other kind or version
          {"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"1"}} | expected admission.k8s.io/v1 AdmissionReview, and no other kind or version
          {"apiVersion":"admission.k8s.io/v1","kind":"Pod","request":{"uid":"1"}} | expected admission.k8s.io/v1 AdmissionReview, and no other kind or version
          {"apiVersion":["admission.k8s.io/v1"],"kind":"AdmissionReview","request":{"uid":"1"}} | expected admission.k8s.io/v1 AdmissionReview, and no other kind or version
          """)
  void refusesWhatIsNoAdmissionReview(String body, String sentence) {
    assertRefused(stream(body), 400, sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                      | the AdmissionReview has no request
          ,"request":null         | the AdmissionReview has no request
          ,"request":[]           | the AdmissionReview has no request
          ,"request":"x"          | the AdmissionReview has no request
          ,"request":{}           | the request of the AdmissionReview has no uid
          ,"request":{"uid":null} | the request of the AdmissionReview has no uid
          ,"request":{"uid":""}   | the request of the AdmissionReview has no uid
          ,"request":{"uid":12}   | the request of the AdmissionReview has no uid
          ,"request":{"uid":{}}   | the request of the AdmissionReview has no uid
          """)
  void refusesAReviewThatCannotBeAnswered(String rest, String sentence) {
    assertRefused(stream("{" + HEAD + rest + "}"), 400, sentence);
  }

  @Test
  void refusesAReviewBehindWhichSomethingFollows() {
    String review = "{" + HEAD + ",\"request\":{\"uid\":\"1\"}}";

    assertThatThrownBy(() -> codec.read(stream(review + review), LATER))
        .isInstanceOf(BadReviewException.class)
        .hasMessageStartingWith("the body is no valid JSON");
  }

  @ParameterizedTest
  @CsvSource({"1001", "100000", "5000000"})
  void refusesAReviewThatIsNestedTooDeeply(int depth) {
    assertRefused(
        stream("{" + HEAD + ",\"request\":" + "[".repeat(depth)),
        400,
        "the body is nested too deeply, or holds more values than any object");
  }

  @Test
  void refusesAReviewThatWouldTakeManyTimesItsSize() {
    String empty = "{},".repeat(AdmissionReviewCodec.MAX_BYTES / 3 - 100);

    assertRefused(
        stream("{" + HEAD + ",\"request\":[" + empty + "{}]}"),
        400,
        "the body is nested too deeply, or holds more values than any object");
  }

  @Test
  void doesNotReadOnWhenTheTimeIsOver() {
    Deadline over = Deadline.after(InstantSource.fixed(Instant.EPOCH), Duration.ZERO);
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return ' ';
          }

          @Override
          public int read(byte[] into, int from, int length) {
            into[from] = ' ';
            return 1;
          }
        };

    assertThatThrownBy(() -> codec.read(endless, over))
        .asInstanceOf(type(BadReviewException.class))
        .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(408));
  }

  @Test
  void takesSixteenMebibytesAndNotOneByteMore() throws Exception {
    String review = "{" + HEAD + ",\"request\":{\"uid\":\"1\"}}";
    String padding = " ".repeat(AdmissionReviewCodec.MAX_BYTES - review.length());

    assertThat(codec.read(stream(review + padding), LATER).uid()).isEqualTo("1");
    assertRefused(stream(review + padding + " "), 413, "an AdmissionReview holds at most 16 MiB");
  }

  @Test
  void stopsReadingABodyWithoutEnd() {
    InputStream endless =
        new SequenceInputStream(
            stream(" ".repeat(AdmissionReviewCodec.MAX_BYTES + 1)), new PipedInputStream());

    assertRefused(endless, 413, "an AdmissionReview holds at most 16 MiB");
  }

  @Test
  void refusesABodyThatBreaksOff() {
    InputStream broken = new SequenceInputStream(stream("{"), new PipedInputStream());

    assertRefused(broken, 400, "the body ended too early");
  }

  @Test
  void readsWhatIsAsked() throws Exception {
    AdmissionCall call =
        read(
            """
            "uid":"u-1","operation":"UPDATE","subResource":"ephemeralcontainers","dryRun":true,
            "resource":{"group":"","version":"v1","resource":"pods"},"namespace":"dev","name":"web",
            "userInfo":{"username":"alice"},"object":{"kind":"Pod"},"oldObject":{"kind":"Pod","a":1}
            """);

    assertThat(call.uid()).isEqualTo("u-1");
    assertThat(call.resource()).isEqualTo("pods/ephemeralcontainers");
    assertThat(call.name()).isEqualTo("web");
    assertThat(call.dryRun()).isTrue();
    assertThat(call.review().operation()).isEqualTo("UPDATE");
    assertThat(call.review().namespace()).isEqualTo("dev");
    assertThat(call.review().username()).isEqualTo("alice");
    assertThat(call.review().object()).hasToString("{\"kind\":\"Pod\"}");
    assertThat(call.review().oldObject()).hasValueSatisfying(old -> assertThat(old).hasSize(2));
  }

  @Test
  void takesTheNameAndTheNamespaceFromTheObjectWhereTheRequestHasNone() throws Exception {
    AdmissionCall call =
        read(
            "\"uid\":\"1\",\"object\":{\"metadata\":{\"generateName\":\"web-\",\"namespace\":\"dev\"}}");

    assertThat(call.name()).isEqualTo("web-");
    assertThat(call.review().namespace()).isEqualTo("dev");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          "object":null
          "object":null,"oldObject":null
          "object":"x","oldObject":[],"resource":5,"userInfo":null,"namespace":{}
          "operation":null,"subResource":null,"name":null,"dryRun":null
          """)
  void readsARequestWhoseFieldsAreMissingOrOfAnotherType(String fields) throws Exception {
    AdmissionCall call = read("\"uid\":\"1\"," + fields);

    assertThat(call.uid()).isEqualTo("1");
    assertThat(call.review().oldObject()).isEmpty();
  }

  private AdmissionCall read(String request) throws BadReviewException {
    return codec.read(stream("{" + HEAD + ",\"request\":{" + request + "}}"), LATER);
  }

  private void assertRefused(InputStream body, int status, String sentence) {
    assertThatThrownBy(() -> codec.read(body, LATER))
        .asInstanceOf(type(BadReviewException.class))
        .satisfies(refusal -> {
          assertThat(refusal.sentence()).isEqualTo(sentence);
          assertThat(refusal.status()).isEqualTo(status);
        });
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
