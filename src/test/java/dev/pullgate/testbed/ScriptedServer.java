package dev.pullgate.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/// A server on a real socket that answers a request as a test says, and closes the connection then.
public final class ScriptedServer implements AutoCloseable {
  /// Of every image.
  public static final String DIGEST = "sha256:" + "a".repeat(64);

  private static final int TLS_HANDSHAKE = 0x16;

  private final ServerSocket listening;
  private final Script script;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

  /// What the server does with one request.
  public interface Script {
    /// Answers on the socket, which is closed behind it.
    void answer(Request request, Socket client) throws IOException;
  }

  /// One request.
  ///
  /// @param headers by lower-case name
  /// @param body as far as its length is told; else empty
  public record Request(String method, String target, Map<String, String> headers, String body) {
    /// The value of a header.
    public Optional<String> header(String lowerCaseName) {
      return Optional.ofNullable(headers.get(lowerCaseName));
    }
  }

  private ScriptedServer(ServerSocketFactory sockets, Script script) {
    this.script = script;
    try {
      listening = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  /// Starts one without TLS.
  public static ScriptedServer http(Script script) {
    return new ScriptedServer(ServerSocketFactory.getDefault(), script);
  }

  /// Starts one with TLS.
  public static ScriptedServer https(SSLContext tls, Script script) {
    return new ScriptedServer(tls.getServerSocketFactory(), script);
  }

  /// Sends bytes as they are.
  public static Script raw(String answer) {
    return (_, client) -> {
      client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      client.getOutputStream().flush();
    };
  }

  /// Sends a status, headers, and no body.
  public static Script status(int status, String... headers) {
    return body(status, "", headers);
  }

  /// Sends a status, headers, and a body.
  public static Script body(int status, String body, String... headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " SERVER-TEXT\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return (request, client) ->
        raw(head
                + "Connection: close\r\nContent-Length: "
                + body.getBytes(StandardCharsets.ISO_8859_1).length
                + "\r\n\r\n"
                + (request.method().equals("HEAD") ? "" : body))
            .answer(request, client);
  }

  /// Sends the same again and again until the client goes.
  public static Script endless(String head, String repeated) {
    return (request, client) -> {
      raw(head).answer(request, client);
      while (!client.isClosed()) {
        raw(repeated).answer(request, client);
      }
    };
  }

  /// Sends nothing until the client goes.
  public static Script silence() {
    return (_, client) -> {
      while (client.getInputStream().read() >= 0) {
        // What else the client may say is not answered either.
      }
    };
  }

  /// Sends a byte of a header each second until the client goes.
  public static Script drip() {
    return (request, client) -> {
      raw("HTTP/1.1 200 OK\r\nX-Slow: ").answer(request, client);
      client.setSoTimeout(1000);
      while (true) {
        try {
          if (client.getInputStream().read() < 0) {
            return;
          }
        } catch (SocketTimeoutException _) {
          raw("x").answer(request, client);
        }
      }
    };
  }

  /// Ends the connection by a reset.
  public static Script reset() {
    return (_, client) -> client.setSoLinger(true, 0);
  }

  /// A registry whose tokens come from the same host.
  ///
  /// @param issuer what a request for a token gets
  public static Script challenging(Script issuer) {
    return (request, client) -> {
      if (request.target().startsWith("/token")) {
        issuer.answer(request, client);
      } else if (request.header("authorization").isEmpty()) {
        String realm = "http://" + request.header("host").orElseThrow() + "/token";
        challenge(realm).answer(request, client);
      } else {
        manifest().answer(request, client);
      }
    };
  }

  /// Asks for a token.
  public static Script challenge(String realm) {
    return status(401, "WWW-Authenticate: Bearer realm=\"" + realm + "\",service=\"test\"");
  }

  /// An issuer that knows GET alone.
  public static Script byGet(Script issuer) {
    return (request, client) ->
        (request.method().equals("POST") ? status(405) : issuer).answer(request, client);
  }

  /// Has every image.
  public static Script manifest() {
    return status(
        200,
        "Content-Type: application/vnd.oci.image.manifest.v1+json",
        "Docker-Content-Digest: " + DIGEST);
  }

  /// Such as "127.0.0.1:41234".
  public String host() {
    return "127.0.0.1:" + port();
  }

  /// Its port.
  public int port() {
    return listening.getLocalPort();
  }

  /// What was asked so far.
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /// How many connections came, those without a request among them.
  public int accepted() {
    return accepted.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        accepted.incrementAndGet();
        Thread.startVirtualThread(() -> serve(client));
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  private void serve(Socket client) {
    try (client) {
      connections.add(client);
      Request request = read(client.getInputStream());
      requests.add(request);
      script.answer(request, client);
    } catch (IOException _) {
      // The client went, as the test wants it, or it did not like the certificate.
    } finally {
      connections.remove(client);
    }
  }

  private static Request read(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = input.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      if (head.isEmpty() && next == TLS_HANDSHAKE) {
        return new Request("TLS", "", Map.of(), "");
      }
      head.append((char) next);
    }
    List<String> lines = head.toString().lines().toList();
    String[] first = lines.getFirst().split(" ", -1);
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines.subList(1, lines.size() - 1)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(input.readNBytes(length), StandardCharsets.UTF_8);
    return new Request(first[0], first[1], headers, body);
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket client : connections) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
