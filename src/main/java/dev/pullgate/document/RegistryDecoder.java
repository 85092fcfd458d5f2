package dev.pullgate.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.PolicyName;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.resource.RegistrySpec;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns the `spec` of a Registry into its settings.
final class RegistryDecoder {
  private static final Pattern DURATION = Pattern.compile("(?<amount>\\d{1,6})(?<unit>ms|s|m)");
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int MAX_REQUESTS_PER_SECOND = 1000;
  private static final int MAX_CONCURRENT = 200;
  private static final Duration MAX_TIMEOUT = Duration.ofSeconds(30);

  private RegistryDecoder() {}

  static RegistrySettings decode(JsonNode node) throws FieldException {
    RegistrySpec spec = StrictDecoder.decode(node, "/spec", RegistrySpec.class);
    String host = host(spec.host(), "/spec/host");
    String credentials = credentials(spec);
    return new RegistrySettings(
        PolicyName.canonicalRegistry(host),
        spec.scheme() == RegistrySpec.SchemeText.HTTP,
        certificates(spec.caBundle()),
        credentials != null || Boolean.TRUE.equals(spec.nodeCredentials()),
        spec.endpoint() == null ? null : host(spec.endpoint(), "/spec/endpoint"),
        timeout(spec.timeout()),
        credentials,
        limit(
            spec.requestsPerSecond(),
            RegistrySettings.DEFAULT_REQUESTS_PER_SECOND,
            MAX_REQUESTS_PER_SECOND,
            "/spec/requestsPerSecond"),
        limit(
            spec.maxConcurrent(),
            RegistrySettings.DEFAULT_MAX_CONCURRENT,
            MAX_CONCURRENT,
            "/spec/maxConcurrent"));
  }

  private static @Nullable String credentials(RegistrySpec spec) throws FieldException {
    String name = spec.credentials();
    if (name == null) {
      return null;
    }
    if (!SECRET_NAME.matcher(name).matches()) {
      throw new FieldException(
          "/spec/credentials", "must be the name of a secret in the gate's namespace");
    }
    return name;
  }

  private static int limit(@Nullable Integer written, int otherwise, int most, String pointer)
      throws FieldException {
    if (written == null) {
      return otherwise;
    }
    if (written < 1 || written > most) {
      throw new FieldException(pointer, "must be between 1 and " + most);
    }
    return written;
  }

  private static String host(@Nullable String text, String pointer) throws FieldException {
    if (text == null || text.isEmpty()) {
      throw new FieldException(pointer, "is missing");
    }
    boolean host =
        !text.contains("/")
            && ImageReference.parseIfValid(text + "/x/y")
                .filter(reference ->
                    reference.registry().equals(text) || text.equals("index.docker.io"))
                .isPresent();
    if (!host) {
      throw new FieldException(
          pointer, "must be a host with a dot or a port, such as registry.example.com:5000");
    }
    return text;
  }

  private static List<X509Certificate> certificates(@Nullable String pem) throws FieldException {
    if (pem == null) {
      return List.of();
    }
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
        certificates.add((X509Certificate) certificate);
      }
    } catch (CertificateException _) {
      throw new FieldException("/spec/caBundle", "holds no valid PEM certificate");
    }
    if (certificates.isEmpty()) {
      throw new FieldException("/spec/caBundle", "holds no PEM certificate");
    }
    return certificates;
  }

  private static Duration timeout(@Nullable String text) throws FieldException {
    if (text == null) {
      return RegistrySettings.DEFAULT_TIMEOUT;
    }
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new FieldException("/spec/timeout", "must be a time such as 2s or 500ms");
    }
    long amount = Long.parseLong(String.valueOf(matcher.group("amount")));
    Duration timeout =
        switch (String.valueOf(matcher.group("unit"))) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          default -> Duration.ofMinutes(amount);
        };
    if (timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new FieldException("/spec/timeout", "must be between 1ms and 30s");
    }
    return timeout;
  }
}
