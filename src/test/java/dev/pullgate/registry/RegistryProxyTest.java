package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.registry.AskingClient.secure;
import static dev.pullgate.testbed.ScriptedServer.body;
import static dev.pullgate.testbed.ScriptedServer.manifest;
import static dev.pullgate.testbed.ScriptedServer.raw;
import static dev.pullgate.testbed.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pullgate.credential.Credential;
import dev.pullgate.policy.Resolution;
import dev.pullgate.policy.Resolution.Cause;
import dev.pullgate.testbed.LoopbackTls;
import dev.pullgate.testbed.ScriptedServer;
import dev.pullgate.testbed.ScriptedServer.Request;
import dev.pullgate.testbed.ScriptedServer.Script;
import dev.pullgate.testbed.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client behind a proxy, on real sockets. The registries have names that only the proxy knows.
final class RegistryProxyTest {
  private static final Credential LOGIN = login("regcred", "jane", "s3cret");
  private static final String HOST = "registry.example.com";
  private static final String IMAGE = HOST + "/shop/web:1.0";
  private static final Workspace WORKSPACE = Workspace.open("pullgate-proxy-test-");
  private static final LoopbackTls TLS = LoopbackTls.make(WORKSPACE, "tls");

  @AfterAll
  static void deleteKeys() {
    WORKSPACE.close();
  }

  private static Map<String, String> through(ScriptedServer proxy) {
    return through(proxy.host());
  }

  private static Map<String, String> through(String proxy) {
    return Map.of("HTTPS_PROXY", "http://" + proxy, "HTTP_PROXY", "http://" + proxy);
  }

  private static Resolution stopped() {
    return new Resolution.Unreachable(
        HOST, Cause.PROXY, "could not be reached through the proxy of pullgate");
  }

  /// A tunnel to a server.
  private static Script tunnelTo(ScriptedServer target) {
    return (request, client) -> {
      try (Socket onward = new Socket(InetAddress.getLoopbackAddress(), target.port())) {
        raw("HTTP/1.1 200 OK\r\n\r\n").answer(request, client);
        Thread back =
            Thread.startVirtualThread(() -> {
              try {
                onward.getInputStream().transferTo(client.getOutputStream());
                client.shutdownOutput();
              } catch (IOException _) {
                // One of them went.
              }
            });
        client.getInputStream().transferTo(onward.getOutputStream());
        back.join();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    };
  }

  @Test
  void asksByPlainHttpThroughTheProxy() {
    try (ScriptedServer proxy = ScriptedServer.http(manifest());
        AskingClient client = new AskingClient(through(proxy), plain(HOST))) {
      assertThat(client.ask(IMAGE)).isInstanceOf(Resolution.Found.class);
      assertThat(proxy.requests())
          .extracting(Request::method, Request::target)
          .containsExactly(tuple("HEAD", "http://registry.example.com/v2/shop/web/manifests/1.0"));
    }
  }

  /// The certificate is for localhost, so the handshake that fails is with the registry itself.
  @Test
  void makesATunnelForHttpsAndShowsTheProxyNothing() {
    try (ScriptedServer registry = ScriptedServer.https(TLS.serverContext(), manifest());
        ScriptedServer proxy = ScriptedServer.http(tunnelTo(registry));
        AskingClient client = new AskingClient(through(proxy), secure(HOST, TLS.authority()))) {
      assertThat(client.ask(IMAGE, LOGIN))
          .isInstanceOfSatisfying(
              Resolution.Unreachable.class,
              unreachable -> assertThat(unreachable.cause()).isEqualTo(Cause.TLS));
      assertThat(proxy.requests())
          .singleElement()
          .satisfies(request -> {
            assertThat(request.method()).isEqualTo("CONNECT");
            assertThat(request.target()).isEqualTo("registry.example.com:443");
            assertThat(request.header("proxy-authorization")).isEmpty();
          });
    }
  }

  @Test
  void logsInAtTheProxy() {
    try (ScriptedServer proxy = ScriptedServer.http(status(403));
        AskingClient client =
            new AskingClient(
                through("us%40er:p%3Aw@" + proxy.host()),
                plain(HOST),
                secure("secure.example.com"))) {
      client.ask(IMAGE);
      client.ask("secure.example.com/shop/web:1.0");

      // us@er:p:w
      assertThat(proxy.requests())
          .hasSize(2)
          .allMatch(request ->
              request.header("proxy-authorization").orElse("").equals("Basic dXNAZXI6cDp3"));
    }
  }

  static Stream<Script> refusals() {
    return Stream.of(
        status(401, "WWW-Authenticate: Basic realm=x"),
        status(403),
        status(404),
        status(407, "Proxy-Authenticate: Basic realm=x"),
        status(429),
        status(502),
        body(500, "SERVER-TEXT"),
        ScriptedServer.reset(),
        raw(""),
        raw("garbage\r\n\r\n"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void takesNothingThatTheProxyAnswersForTheRegistrysWord(Script script) {
    try (ScriptedServer proxy = ScriptedServer.http(script);
        AskingClient client = new AskingClient(through(proxy))) {
      assertThat(client.ask(IMAGE, LOGIN)).isEqualTo(stopped());
      assertThat(proxy.requests()).allMatch(request -> request.header("authorization").isEmpty());
    }
  }

  @Test
  void saysWhenTheProxyIsDown() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    for (String proxy : List.of("127.0.0.1:" + port, "no-such-proxy.invalid:3128")) {
      try (AskingClient client = new AskingClient(through(proxy), plain(HOST))) {
        assertThat(client.ask(IMAGE)).isEqualTo(stopped());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "[fe80::1]",
        "[::ffff:a9fe:a9fe]",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f000001.1",
        "a.0x7f"
      })
  void sendsNoForbiddenAddressToTheProxy(String host) {
    try (ScriptedServer proxy = ScriptedServer.http(manifest());
        AskingClient client = new AskingClient(through(proxy))) {
      assertThat(client.ask(host + ":443/shop/web:1.0"))
          .isInstanceOf(Resolution.Inconclusive.class);
      assertThat(proxy.requests()).isEmpty();
    }
  }

  @Test
  void asksNobodyAtTheAddressOfTheProxy() {
    try (ScriptedServer proxy = ScriptedServer.http(manifest());
        AskingClient client = new AskingClient(through(proxy))) {
      assertThat(client.ask(proxy.host() + "/shop/web:1.0"))
          .isInstanceOf(Resolution.RegistryError.class)
          .asString()
          .contains("leads to a loopback, link-local or multicast address");
      assertThat(proxy.requests()).isEmpty();
    }
  }
}
