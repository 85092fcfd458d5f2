package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.registry.AskingClient.secure;
import static dev.pullgate.registry.AskingClient.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pullgate.credential.Credential;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.policy.Resolution.Cause;
import dev.pullgate.testbed.ScriptedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The client in front of servers that do not come to an end, on real sockets.
final class RegistryTimeoutTest {
  private static final Credential LOGIN = login("regcred", "jane", "s3cret");
  private static final Duration SOON = Duration.ofMillis(500);

  /// Far more than any answer takes, also on a machine that is busy.
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  static Stream<Arguments> waits() {
    return Stream.of(
        arguments("silence", ScriptedServer.silence()), arguments("drip", ScriptedServer.drip()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waits")
  void waitsNoLongerThanTheTimeOfTheRegistry(String name, ScriptedServer.Script script) {
    try (ScriptedServer server = ScriptedServer.http(script)) {
      assertTimeout(within(SOON, plain(server.host())), Duration.ofMinutes(1));
      assertThat(server.requests()).as(name).hasSizeLessThan(2);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waits")
  void waitsNoLongerThanTheCaller(String name, ScriptedServer.Script script) {
    try (ScriptedServer server = ScriptedServer.http(script)) {
      assertTimeout(plain(server.host()), SOON);
      assertThat(server.requests()).as(name).hasSizeLessThan(2);
    }
  }

  @Test
  void waitsNoLongerForAHandshake() {
    try (ScriptedServer server = ScriptedServer.http(ScriptedServer.silence())) {
      assertTimeout(within(SOON, secure(server.host())), Duration.ofMinutes(1));
    }
  }

  @Test
  void waitsNoLongerForAConnection() throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // Nobody accepts, and when the queue is full the kernel does not answer at all.
      for (int i = 0; i < 8; i++) {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(busy.getLocalSocketAddress());
        waiting.add(channel);
      }
      assertTimeout(within(SOON, plain("127.0.0.1:" + busy.getLocalPort())), Duration.ofMinutes(1));
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  @Test
  void waitsNoLongerForAnIssuer() {
    try (ScriptedServer server =
        ScriptedServer.http(ScriptedServer.challenging(ScriptedServer.drip()))) {
      assertTimeout(within(SOON, plain(server.host())), Duration.ofMinutes(1));
    }
  }

  private static void assertTimeout(RegistrySettings settings, Duration deadline) {
    Instant start = Instant.now();
    try (AskingClient client = new AskingClient(settings)) {
      assertThat(client.ask(deadline, settings.host() + "/shop/web:1.0", LOGIN))
          .asInstanceOf(type(Resolution.Unreachable.class))
          .satisfies(unreachable -> {
            assertThat(unreachable.host()).isEqualTo(settings.host());
            assertThat(unreachable.cause()).isEqualTo(Cause.TIMEOUT);
            // What is left of the caller's time when the wait begins.
            assertThat(unreachable.detail()).matches("did not answer within 0\\.[0-5] s");
          });
    }
    assertThat(Duration.between(start, Instant.now())).isLessThan(AT_MOST);
  }
}
