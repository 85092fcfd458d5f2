package dev.pullgate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedResolverTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "224.0.0.1",
        "239.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::169.254.169.254",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "fe80::1",
        "febf::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1"
      })
  void refusesAddressesOfTheMachineAndItsLink(String address) {
    assertThat(GuardedResolver.isForbidden(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.253.0.1",
        "2001:db8::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::"
      })
  void letsPublicAndPrivateAddressesPass(String address) {
    assertThat(GuardedResolver.isForbidden(InetAddress.ofLiteral(address))).isFalse();
  }

  @Test
  void connectsToTheMachineOnlyWhereTheHostIsDeclared() throws Exception {
    GuardedResolver resolver =
        new GuardedResolver((host, port) -> host.equals("127.0.0.1") && port == 5000);

    assertThat(resolver.resolve("127.0.0.1", 5000))
        .containsExactly(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5000));
    assertThatThrownBy(() -> resolver.resolve("127.0.0.1", 5001))
        .isInstanceOf(ForbiddenAddressException.class)
        .hasMessage("127.0.0.1");
    assertThatThrownBy(() -> resolver.resolve("127.0.0.1"))
        .isInstanceOf(ForbiddenAddressException.class);
  }
}
