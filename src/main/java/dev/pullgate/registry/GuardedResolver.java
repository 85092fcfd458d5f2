package dev.pullgate.registry;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/// Resolves hosts for the HTTP client and leaves out addresses to which a tenant's image reference
/// must not lead the gate: loopback, link-local, multicast and unspecified ones. What is checked
/// here is what is connected to, so that a name cannot change its address in between.
final class GuardedResolver implements DnsResolver {
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] SIX_TO_FOUR = {0x20, 0x02};

  private final DeclaredHosts declared;

  /// Whether a host and port were declared by the platform team, and so may be anywhere.
  interface DeclaredHosts {
    boolean test(String host, int port);
  }

  /// Takes what is declared.
  GuardedResolver(DeclaredHosts declared) {
    this.declared = declared;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    InetAddress[] addresses = InetAddress.getAllByName(host);
    boolean anywhere = declared.test(host, port);
    List<InetSocketAddress> permitted =
        Arrays.stream(addresses)
            .filter(address -> anywhere || !isForbidden(address))
            .map(address -> new InetSocketAddress(address, port))
            .toList();
    if (permitted.isEmpty()) {
      throw new ForbiddenAddressException(host);
    }
    return permitted;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    // Whoever asks without a port gets what may be connected to on any port.
    InetAddress[] permitted =
        Arrays.stream(InetAddress.getAllByName(host))
            .filter(address -> !isForbidden(address))
            .toArray(InetAddress[]::new);
    if (permitted.length == 0) {
      throw new ForbiddenAddressException(host);
    }
    return permitted;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  static boolean isForbidden(InetAddress address) {
    InetAddress checked = address instanceof Inet6Address ipv6 ? embedded(ipv6) : address;
    return checked.isLoopbackAddress()
        || checked.isLinkLocalAddress()
        || checked.isMulticastAddress()
        || checked.isAnyLocalAddress()
        || (checked.getAddress()[0] == 0 && checked.getAddress().length == 4);
  }

  /// The IPv4 address to which an IPv6 address leads: IPv4-compatible, NAT64 (RFC 6052) or 6to4
  /// (RFC 3056); the address itself otherwise.
  private static InetAddress embedded(Inet6Address address) {
    byte[] bytes = address.getAddress();
    int at;
    if (address.isIPv4CompatibleAddress() || startsWith(bytes, NAT64)) {
      at = 12;
    } else if (startsWith(bytes, SIX_TO_FOUR)) {
      at = 2;
    } else {
      return address;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an IPv4 address", e);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }
}
