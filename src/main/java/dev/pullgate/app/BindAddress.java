package dev.pullgate.app;

import dev.pullgate.cli.ServeOptions;
import java.net.InetAddress;
import java.net.URI;
import java.util.Set;

/// Chooses the address to bind to where the user names none: no further than who has to reach it.
final class BindAddress {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String ALL = "0.0.0.0";
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost");

  private BindAddress() {}

  static String of(ServeOptions options) {
    boolean local =
        options.standalone() || options.webhookUrl().filter(BindAddress::onLoopback).isPresent();
    return local ? LOOPBACK : ALL;
  }

  private static boolean onLoopback(URI url) {
    String host = url.getHost();
    try {
      return LOOPBACK_NAMES.contains(host) || InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
