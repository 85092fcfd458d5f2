package dev.pullgate.certificate;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The names under which the webhooks are called.
final class ServingNames {
  private ServingNames() {}

  /// Whether a name is an IP address.
  static boolean isAddress(String name) {
    return name.contains(":") || name.matches("\\d{1,3}(\\.\\d{1,3}){3}");
  }

  /// Whether a certificate is valid for all names.
  static boolean covers(X509Certificate certificate, Collection<String> names) {
    Set<String> covered = new HashSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          covered.add(canonical(String.valueOf(alternative.get(1))));
        }
      }
    } catch (CertificateParsingException _) {
      return false;
    }
    return names.stream().map(ServingNames::canonical).allMatch(covered::contains);
  }

  /// One spelling of an IPv6 address.
  private static String canonical(String name) {
    if (!isAddress(name)) {
      return name;
    }
    try {
      return InetAddress.ofLiteral(name).getHostAddress();
    } catch (IllegalArgumentException _) {
      return name;
    }
  }
}
