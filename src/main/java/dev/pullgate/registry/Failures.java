package dev.pullgate.registry;

import dev.pullgate.policy.Resolution;
import dev.pullgate.policy.Resolution.Cause;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.NoHttpResponseException;

/// What a request without an answer means. The texts are the gate's own: what a registry or a
/// resolver says is not repeated.
final class Failures {
  private Failures() {}

  static Resolution.Inconclusive of(String host, IOException failure, long limitMillis) {
    return switch (failure) {
      case ForbiddenAddressException forbidden ->
          new Resolution.RegistryError(
              host,
              "leads to a loopback, link-local or multicast address ("
                  + forbidden.getMessage()
                  + "), which is asked only when a Registry declares the host");
      case ProxyException _ ->
          new Resolution.Unreachable(
              host, Cause.PROXY, "could not be reached through the proxy of pullgate");
      case UnknownHostException _ ->
          new Resolution.Unreachable(host, Cause.DNS, "has no address (DNS)");
      case InterruptedIOException _ -> timeout(host, limitMillis);
      case SSLException _ ->
          new Resolution.Unreachable(
              host,
              Cause.TLS,
              "offers no TLS that can be trusted (unknown issuer, another name, expired, or plain"
                  + " HTTP)");
      case SocketException _ ->
          new Resolution.Unreachable(host, Cause.CONNECT, "refused or broke the connection");
      case NoHttpResponseException _ ->
          new Resolution.Unreachable(
              host, Cause.CONNECT, "closed the connection without an answer");
      case OversizedAnswerException _ ->
          new Resolution.RegistryError(host, "sent more than any answer may hold");
      default -> new Resolution.RegistryError(host, "sent an answer that breaks the protocol");
    };
  }

  static Resolution.Unreachable timeout(String host, long limitMillis) {
    return new Resolution.Unreachable(
        host,
        Cause.TIMEOUT,
        String.format(Locale.ROOT, "did not answer within %.1f s", limitMillis / 1000.0));
  }
}
