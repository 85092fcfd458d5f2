package dev.pullgate.testbed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/// One image, under two tags, behind the pull part of the distribution protocol, in this process:
/// for `make run`, which has to show the gate at work within a minute of a fresh clone, when no
/// real registry is built yet and nothing may be asked outside this machine. Tests use real
/// registries.
final class SampleRegistry implements AutoCloseable {
  /// The one image.
  static final String IMAGE = "shop/web:1.2.3";

  private static final Set<String> PATHS =
      Set.of("/v2/shop/web/manifests/1.2.3", "/v2/shop/web/manifests/latest");
  private static final String MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final byte[] MANIFEST =
      """
      {"schemaVersion": 2, "mediaType": "%s", "config": {"mediaType": \
      "application/vnd.oci.empty.v1+json", "size": 2, "digest": \
      "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}, "layers": []}
      """
          .formatted(MEDIA_TYPE)
          .getBytes(StandardCharsets.UTF_8);

  private final HttpServer server;

  SampleRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new TestBedException("no free port: " + e.getMessage(), e);
    }
    server.createContext("/", SampleRegistry::answer);
    server.start();
  }

  /// The registry part of its image references.
  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!PATHS.contains(exchange.getRequestURI().getPath())) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", MEDIA_TYPE);
      exchange.getResponseHeaders().set("Docker-Content-Digest", "sha256:" + digest());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(200, head ? -1 : MANIFEST.length);
      if (!head) {
        exchange.getResponseBody().write(MANIFEST);
      }
    }
  }

  private static String digest() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(MANIFEST));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
