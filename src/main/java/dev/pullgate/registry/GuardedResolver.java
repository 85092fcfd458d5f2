package dev.pullgate.registry;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;

/// Resolves hosts for the HTTP client and leaves out addresses to which a tenant's image reference
/// must not lead the gate: loopback, link-local, multicast and unspecified ones. What is checked
/// here is what is connected to, so that a name cannot change its address in between.
final class GuardedResolver implements DnsResolver {
  private final Predicate<String> declared;

  /// Takes whether a host was declared by the platform team and may be anywhere.
  GuardedResolver(Predicate<String> declared) {
    this.declared = declared;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = InetAddress.getAllByName(host);
    if (declared.test(host)) {
      return addresses;
    }
    InetAddress[] permitted =
        Arrays.stream(addresses)
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
    InetAddress checked = address;
    if (address instanceof Inet6Address ipv6 && ipv6.isIPv4CompatibleAddress()) {
      byte[] bytes = address.getAddress();
      try {
        checked = InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("four bytes are an IPv4 address", e);
      }
    }
    return checked.isLoopbackAddress()
        || checked.isLinkLocalAddress()
        || checked.isMulticastAddress()
        || checked.isAnyLocalAddress()
        || (checked.getAddress()[0] == 0 && checked.getAddress().length == 4);
  }
}
