package dev.pullgate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.review.ImageResolver;
import dev.pullgate.review.KeyringSource;
import dev.pullgate.review.NamespaceSource;
import dev.pullgate.review.OwnerSource;
import dev.pullgate.review.ReviewPorts;
import dev.pullgate.review.Reviewer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkiverse.loggingjson.JsonGenerator;
import io.quarkiverse.loggingjson.providers.StructuredArgument;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A bug: the gate gives no verdict, so that the API server applies the failure policy.
final class JudgingFailsTest {
  private static final String REVIEW =
      """
      {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-42",
       "operation": "CREATE", "namespace": "shop", "resource": {"resource": "pods"},
       "object": {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "nginx"}]}}}}
      """;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AdmissionResource webhooks =
      new AdmissionResource(
          new Reviewer(
              new ReviewPorts(
                  () -> {
                    throw new IllegalStateException("a bug");
                  },
                  port(ImageResolver.class),
                  port(KeyringSource.class),
                  port(NamespaceSource.class),
                  List::of,
                  port(OwnerSource.class))),
          InstantSource.system(),
          meters,
          _ -> Optional.empty());
  private final Records records = new Records();
  private final Logger log = Logger.getLogger("dev.pullgate.decision");

  @BeforeEach
  void listen() {
    log.addHandler(records);
  }

  @AfterEach
  void stopListening() {
    log.removeHandler(records);
  }

  @Test
  void answersWithAnErrorCountsItAndLogsTheUid() {
    Response answer = webhooks.validate("application/json", null, "10s", stream(REVIEW));

    assertThat(answer.getStatus()).isEqualTo(500);
    assertThat(answer.getEntity()).isEqualTo("judging u-42 failed, see the log of pullgate\n");
    assertThat(
            meters
                .get("pullgate.admission.reviews")
                .tags("webhook", "validate", "operation", "CREATE", "resource", "pods")
                .tag("decision", "error")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(records.seen)
        .singleElement()
        .satisfies(record -> {
          assertThat(record.getThrown()).hasMessage("a bug");
          assertThat(written(record))
              .containsEntry("uid", "u-42")
              .containsEntry("webhook", "validate");
        });
  }

  @Test
  void answersAlsoWhereEvenReadingFails() {
    InputStream broken =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] into, int from, int length) {
            throw new IllegalStateException("a bug");
          }
        };

    assertThat(webhooks.mutate("application/json", null, null, broken).getStatus()).isEqualTo(500);
    assertThat(
            meters
                .get("pullgate.admission.malformed")
                .tags("webhook", "mutate", "status", "500")
                .counter()
                .count())
        .isEqualTo(1);
  }

  /// One that is not reached.
  private static <T> T port(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> {
              throw new AssertionError(method + " was called");
            }));
  }

  private static Map<String, String> written(LogRecord record) {
    Map<String, String> fields = new HashMap<>();
    JsonGenerator json =
        (JsonGenerator)
            Proxy.newProxyInstance(
                JsonGenerator.class.getClassLoader(),
                new Class<?>[] {JsonGenerator.class},
                (_, _, arguments) ->
                    fields.put(String.valueOf(arguments[0]), String.valueOf(arguments[1])));
    for (Object parameter : record.getParameters()) {
      if (parameter instanceof StructuredArgument field) {
        try {
          field.writeTo(json);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }
    return fields;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class Records extends Handler {
    private final List<LogRecord> seen = new ArrayList<>();

    @Override
    public void publish(LogRecord record) {
      seen.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
