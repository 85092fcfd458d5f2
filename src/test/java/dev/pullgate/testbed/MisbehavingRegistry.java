package dev.pullgate.testbed;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A registry on loopback, by plain HTTP, that misbehaves as the last part of the repository says:
/// `anything/hanging:1.0` hangs. Every tag exists where an image can be had at all. Starting one
/// costs nothing: whoever does not want to share what a client remembers of a host takes another.
public final class MisbehavingRegistry implements AutoCloseable {
  /// What no client may ever ask: the metadata service of clouds.
  public static final String METADATA_SERVICE = "169.254.169.254";

  private static final Pattern TARGET =
      Pattern.compile("/v2/(?:.*/)?(?<repository>[^/]+)/(?<kind>manifests|tags)/(?<reference>.+)");
  private static final String TOKEN_PATH = "/endless-token";

  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String SCHEMA_1 =
      "application/vnd.docker.distribution.manifest.v1+prettyjws";

  private static final String MANIFEST_BODY =
      """
      {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.empty.v1+json",\
      "size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},\
      "layers":[]}\
      """
          .formatted(OCI_MANIFEST);
  private static final String INDEX_BODY =
      """
      {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","size":%d,"digest":"%s",\
      "platform":{"os":"linux","architecture":"s390x"}}]}\
      """
          .formatted(OCI_INDEX, OCI_MANIFEST, MANIFEST_BODY.length(), digest(MANIFEST_BODY));
  private static final String SCHEMA_1_BODY =
      "{\"schemaVersion\":1,\"name\":\"x\",\"tag\":\"1.0\",\"fsLayers\":[],\"signatures\":[]}";

  private final ScriptedServer trap = ScriptedServer.http(ScriptedServer.status(200));
  private final ScriptedServer server = ScriptedServer.http(this::answer);

  /// The ways to misbehave; see {@link #image}.
  public enum Behaviour {
    /// 429 with `Retry-After`, whatever is asked.
    LIMITED,
    /// HEAD finds an index; GET gets 429, as on Docker Hub.
    LIMITED_AT_GET,
    /// 500, whatever is asked.
    SERVER_ERROR,
    /// Takes the request and never answers.
    HANGING,
    /// Bytes that are no HTTP.
    GARBAGE,
    /// 200 and a web page, as from a captive portal.
    HTML,
    /// Redirects to {@link #METADATA_SERVICE}.
    FORBIDDEN_REDIRECT,
    /// Names a token realm at {@link #METADATA_SERVICE}.
    FORBIDDEN_REALM,
    /// Redirects to a port of this machine that nobody declared, where {@link #trapped} counts.
    LOOPBACK_REDIRECT,
    /// Names a token realm there.
    LOOPBACK_REALM,
    /// HEAD is not supported; a GET never ends.
    ENDLESS_BODY,
    /// Asks for a token, and the answer with the token never ends.
    ENDLESS_TOKEN,
    /// A header of a mebibyte.
    HUGE_HEADERS,
    /// The digest in the header is not the content's, nor the one that was asked for.
    WRONG_DIGEST,
    /// A manifest of the type that runtimes no longer pull.
    SCHEMA_1,
    /// An index that serves linux/s390x alone.
    OTHER_PLATFORM,
    /// 405 for HEAD; a GET finds a manifest.
    HEAD_UNSUPPORTED,
    /// A manifest, without `Docker-Content-Digest`.
    NO_DIGEST,
    /// A manifest, and nothing wrong with it.
    WELL_BEHAVED;

    /// The last part of the repository, such as "limited-at-get".
    public String repository() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Optional<Behaviour> of(String repository) {
      return Arrays.stream(values())
          .filter(behaviour -> behaviour.repository().equals(repository))
          .findFirst();
    }
  }

  private MisbehavingRegistry() {}

  /// Starts one.
  ///
  /// @param parent it ends with this at the latest
  public static MisbehavingRegistry start(Workspace parent) {
    return parent.adopt(new MisbehavingRegistry());
  }

  /// The registry part of its image references, such as "127.0.0.1:41234".
  public String host() {
    return server.host();
  }

  /// An image that shows a behaviour, such as "127.0.0.1:41234/broken/hanging:1.0".
  public String image(Behaviour behaviour) {
    return host() + "/broken/" + behaviour.repository() + ":1.0";
  }

  /// The requests so far, in order, such as "HEAD /v2/broken/hanging/manifests/1.0".
  public List<String> requests() {
    return server.requests().stream()
        .map(request -> request.method() + " " + request.target())
        .toList();
  }

  /// The requests for repositories of one behaviour.
  public List<String> requests(Behaviour behaviour) {
    return requests().stream()
        .filter(request -> behaviour(request).filter(behaviour::equals).isPresent())
        .toList();
  }

  /// How often somebody connected to where {@link Behaviour#LOOPBACK_REDIRECT} and {@link
  /// Behaviour#LOOPBACK_REALM} lead.
  public int trapped() {
    return trap.accepted();
  }

  private static Optional<Behaviour> behaviour(String target) {
    return Stream.of(TARGET.matcher(target))
        .filter(Matcher::find)
        .flatMap(matcher -> Behaviour.of(matcher.group("repository")).stream())
        .findFirst();
  }

  private void answer(ScriptedServer.Request request, Socket client) throws IOException {
    script(request).answer(request, client);
  }

  private ScriptedServer.Script script(ScriptedServer.Request request) {
    if (request.target().startsWith(TOKEN_PATH)) {
      return endless("application/json", "{\"token\":\"");
    }
    if (request.target().equals("/v2/")) {
      return ScriptedServer.status(200);
    }
    boolean head = request.method().equals("HEAD");
    return behaviour(request.target())
        .map(behaviour ->
            switch (behaviour) {
              case LIMITED -> limited();
              case LIMITED_AT_GET -> head ? image(request, OCI_INDEX, INDEX_BODY) : limited();
              case SERVER_ERROR -> ScriptedServer.status(500);
              case HANGING -> ScriptedServer.silence();
              case GARBAGE -> ScriptedServer.raw("\0\1\2\uffff\r\n".repeat(50));
              case HTML ->
                  ScriptedServer.body(
                      200, "<html>Welcome</html>", "Content-Type: text/html; charset=utf-8");
              case FORBIDDEN_REDIRECT -> redirect(METADATA_SERVICE);
              case FORBIDDEN_REALM ->
                  ScriptedServer.challenge("https://" + METADATA_SERVICE + "/token");
              case LOOPBACK_REDIRECT -> redirect(trap.host());
              case LOOPBACK_REALM -> ScriptedServer.challenge("https://" + trap.host() + "/token");
              case ENDLESS_BODY ->
                  head ? ScriptedServer.status(405) : endless(OCI_INDEX, "{\"manifests\":[");
              case ENDLESS_TOKEN -> ScriptedServer.challenge("http://" + host() + TOKEN_PATH);
              case HUGE_HEADERS ->
                  ScriptedServer.raw("HTTP/1.1 200 OK\r\nX: " + "x".repeat(1 << 20) + "\r\n\r\n");
              case WRONG_DIGEST -> content(OCI_MANIFEST, MANIFEST_BODY, ScriptedServer.DIGEST);
              case SCHEMA_1 -> image(request, SCHEMA_1, SCHEMA_1_BODY);
              case OTHER_PLATFORM -> image(request, OCI_INDEX, INDEX_BODY);
              case HEAD_UNSUPPORTED ->
                  head ? ScriptedServer.status(405) : image(request, OCI_MANIFEST, MANIFEST_BODY);
              case NO_DIGEST ->
                  ScriptedServer.body(200, MANIFEST_BODY, "Content-Type: " + OCI_MANIFEST);
              case WELL_BEHAVED -> image(request, OCI_MANIFEST, MANIFEST_BODY);
            })
        .orElseGet(() -> ScriptedServer.status(404));
  }

  private static ScriptedServer.Script limited() {
    return ScriptedServer.status(429, "Retry-After: 2");
  }

  private static ScriptedServer.Script redirect(String host) {
    return ScriptedServer.status(307, "Location: https://" + host + "/v2/x/manifests/1.0");
  }

  private static ScriptedServer.Script endless(String type, String begin) {
    return ScriptedServer.endless(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + type + "\r\n\r\n" + begin,
        "x".repeat(1 << 14));
  }

  /// Every tag, and the one digest.
  private static ScriptedServer.Script image(
      ScriptedServer.Request request, String type, String body) {
    Matcher target = TARGET.matcher(request.target());
    boolean there =
        target.matches()
            && target.group("kind").equals("manifests")
            && (!target.group("reference").contains(":")
                || target.group("reference").equals(digest(body)));
    return there ? content(type, body, digest(body)) : ScriptedServer.status(404);
  }

  private static ScriptedServer.Script content(String type, String body, String digest) {
    return ScriptedServer.body(
        200, body, "Content-Type: " + type, "Docker-Content-Digest: " + digest);
  }

  private static String digest(String body) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    server.close();
    trap.close();
  }

  @Override
  public String toString() {
    return "misbehaving registry on " + host();
  }
}
