package dev.pullgate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  private static boolean proxied(Map<String, String> environment, String uri) {
    return Proxies.of(environment).of(Proxies.Target.of(URI.create(uri))).isPresent();
  }

  @Test
  void takesAProxyByTheSchemeOfTheRegistry() {
    Map<String, String> secure = Map.of("HTTPS_PROXY", "http://proxy:3128");
    Map<String, String> plain = Map.of("http_proxy", "proxy");

    assertThat(proxied(secure, "https://quay.io/v2/")).isTrue();
    assertThat(proxied(secure, "http://quay.io/v2/")).isFalse();
    assertThat(proxied(plain, "https://quay.io/v2/")).isFalse();
    assertThat(proxied(plain, "http://quay.io/v2/")).isTrue();
    assertThat(proxied(Map.of(), "https://quay.io/v2/")).isFalse();
    assertThat(Proxies.of(plain).isProxy("PROXY", 80)).isTrue();
    assertThat(Proxies.of(secure).isProxy("proxy", 80)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          *                     | https://quay.io
          quay.io               | https://quay.io
          quay.io               | https://cdn.quay.io
          QUAY.IO               | https://quay.io
          a.io, quay.io ,b.io   | https://Quay.io:8443
          .quay.io              | https://cdn.quay.io
          *.quay.io             | https://cdn.quay.io
          quay.io:443           | https://quay.io
          quay.io:8443          | https://quay.io:8443
          10.0.0.1              | https://10.0.0.1
          10.0.0.0/8            | https://10.1.2.3:5000
          10.1.2.3:5000         | https://10.1.2.3:5000
          fd00::/8              | https://[fd00::1]
          fd00::1               | https://[fd00::1]:5000
          [fd00::1]:5000        | https://[fd00::1]:5000
          ''                    | https://localhost
          ''                    | https://127.0.0.2:5000
          ''                    | https://[::1]:5000
          """)
  void asksTheseDirectly(String exceptions, String uri) {
    assertThat(proxied(Map.of("HTTPS_PROXY", "proxy:3128", "NO_PROXY", exceptions), uri)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          quay.io               | https://myquay.io
          .quay.io              | https://quay.io
          quay.io:8443          | https://quay.io
          10.0.0.0/8            | https://11.0.0.1
          10.0.0.0/8            | https://10.example.com
          10.0.0.0/33           | https://10.0.0.1
          10.0.0.0/x            | https://10.0.0.1
          0.1                   | https://10.0.0.1
          fd00::/8              | https://10.0.0.1
          , ,                   | https://quay.io
          ''                    | https://my_host.example
          ''                    | https://127.1
          """)
  void asksTheseThroughTheProxy(String exceptions, String uri) {
    assertThat(proxied(Map.of("HTTPS_PROXY", "proxy:3128", "no_proxy", exceptions), uri)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"socks5://user:s3cret@proxy:1080", "https://s3cret", "http://", "ht tp:s3cret"})
  void refusesWhatIsNoHttpProxyWithoutRepeatingIt(String value) {
    assertThatThrownBy(() -> Proxies.of(Map.of("HTTPS_PROXY", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("HTTPS_PROXY must name an HTTP proxy")
        .hasMessageNotContaining("s3cret");
  }
}
