package dev.pullgate.registry;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.InetAddressUtils;
import org.apache.hc.core5.net.URIAuthority;

/// The proxies of the environment, chosen as container runtimes do: `HTTPS_PROXY`, `HTTP_PROXY` and
/// `NO_PROXY`, in upper or lower case; what is on loopback is never asked through a proxy.
///
/// @see <a href="https://pkg.go.dev/golang.org/x/net/http/httpproxy">httpproxy of Go</a>
final class Proxies {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final Optional<Proxy> secure;
  private final Optional<Proxy> plain;
  private final List<String> exceptions;

  /// One proxy. Never printed: it may hold a login.
  ///
  /// @param login `user:password`, or empty
  record Proxy(HttpHost host, String login) {
    @Override
    public String toString() {
      return "Proxy[" + host + "]";
    }
  }

  private Proxies(Optional<Proxy> secure, Optional<Proxy> plain, List<String> exceptions) {
    this.secure = secure;
    this.plain = plain;
    this.exceptions = exceptions;
  }

  /// Reads the variables.
  ///
  /// @throws IllegalArgumentException where one names no HTTP proxy; the message does not repeat it
  static Proxies of(Map<String, String> environment) {
    return new Proxies(
        proxy(environment, "HTTPS_PROXY"),
        proxy(environment, "HTTP_PROXY"),
        Arrays.stream(variable(environment, "NO_PROXY").toLowerCase(Locale.ROOT).split(",", -1))
            .map(String::strip)
            .filter(entry -> !entry.isEmpty())
            .toList());
  }

  private static String variable(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "").strip();
    return value.isEmpty()
        ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "").strip()
        : value;
  }

  private static Optional<Proxy> proxy(Map<String, String> environment, String name) {
    String value = variable(environment, name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(value.contains("://") ? value : "http://" + value);
      if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        String login = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
        return Optional.of(
            new Proxy(
                new HttpHost(
                    "http", bare(uri.getHost()), uri.getPort() < 0 ? HTTP_PORT : uri.getPort()),
                URLDecoder.decode(login.replace("+", "%2B"), StandardCharsets.UTF_8)));
      }
    } catch (URISyntaxException _) {
      // Refused below, without the text: it may hold a password.
    }
    throw new IllegalArgumentException(
        name + " must name an HTTP proxy, such as http://proxy.example.com:3128");
  }

  /// Who is to be asked.
  ///
  /// @param host without brackets
  record Target(boolean https, String host, int port) {
    /// The authority is read as the HTTP client reads it: there are hosts that [URI#getHost] does
    /// not know, such as `my_host`.
    static Target of(URI uri) {
      boolean https = "https".equals(uri.getScheme());
      try {
        URIAuthority authority = URIAuthority.create(uri.getRawAuthority());
        int port = authority.getPort() >= 0 ? authority.getPort() : https ? HTTPS_PORT : HTTP_PORT;
        return new Target(https, bare(authority.getHostName()).toLowerCase(Locale.ROOT), port);
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException("no address of a server", e);
      }
    }
  }

  /// The proxy for whom is to be asked; empty where that is done directly.
  Optional<Proxy> of(Target target) {
    String host = target.host();
    boolean direct =
        local(host) || exceptions.stream().anyMatch(entry -> excepts(entry, host, target.port()));
    return direct ? Optional.empty() : target.https() ? secure : plain;
  }

  /// Whether an address is that of a proxy itself.
  boolean isProxy(String host, int port) {
    return Arrays.asList(secure, plain).stream()
        .flatMap(Optional::stream)
        .map(Proxy::host)
        .anyMatch(proxy -> proxy.getHostName().equalsIgnoreCase(host) && proxy.getPort() == port);
  }

  private static boolean local(String host) {
    return host.equals("localhost")
        || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /// An entry is `*`, an address or a block of them, or a domain with all below it (`.` or `*.` in
  /// front: without itself); a port may follow.
  private static boolean excepts(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    if (entry.contains("/")) {
      return literal(host).filter(address -> within(entry, address)).isPresent();
    }
    int colon = entry.lastIndexOf(':');
    boolean hasPort = colon > 0 && (entry.indexOf(':') == colon || entry.startsWith("["));
    if (hasPort && !entry.substring(colon + 1).equals(Integer.toString(port))) {
      return false;
    }
    String name = bare(hasPort ? entry.substring(0, colon) : entry);
    if (name.startsWith("*.") || name.startsWith(".")) {
      return host.endsWith(name.substring(name.indexOf('.')));
    }
    return host.equals(name) || (literal(host).isEmpty() && host.endsWith("." + name));
  }

  private static boolean within(String block, InetAddress address) {
    String[] parts = block.split("/", 2);
    Optional<InetAddress> network = literal(bare(parts[0]));
    if (network.isEmpty() || !parts[1].matches("[0-9]{1,3}")) {
      return false;
    }
    byte[] one = network.get().getAddress();
    byte[] other = address.getAddress();
    int bits = Integer.parseInt(parts[1]);
    if (one.length != other.length || bits > one.length * Byte.SIZE) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if ((one[bit / Byte.SIZE] & mask) != (other[bit / Byte.SIZE] & mask)) {
        return false;
      }
    }
    return true;
  }

  /// An address that is written as one; nothing is looked up.
  static Optional<InetAddress> literal(String host) {
    if (!InetAddressUtils.isIPv4(host) && !InetAddressUtils.isIPv6(host)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }

  /// Without the brackets around an IPv6 address.
  static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
