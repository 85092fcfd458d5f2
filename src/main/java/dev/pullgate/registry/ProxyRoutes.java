package dev.pullgate.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.auth.AuthExchange;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;

/// Sends a request through the proxy that was chosen for it, and tells whether it got past.
///
/// Through a proxy the gate does not look up the registry, so it cannot check the address that is
/// connected to: it refuses addresses that are written as such and are forbidden, and leaves names
/// to the proxy's own rules.
final class ProxyRoutes extends DefaultRoutePlanner implements ExecChainHandler {
  private static final String PROXY = "pullgate.proxy";
  private static final String PASSED = "pullgate.proxy-passed";

  /// Such as `127.1` or `0x7f000001`: some resolvers take it for an address.
  private static final Pattern NUMERIC = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)\\.?");

  private final Proxies proxies;
  private final GuardedResolver.DeclaredHosts declared;

  /// Takes the proxies, and the hosts that may be anywhere.
  ProxyRoutes(Proxies proxies, GuardedResolver.DeclaredHosts declared) {
    super(null);
    this.proxies = proxies;
    this.declared = declared;
  }

  /// Chooses the way for a request.
  ///
  /// @throws ForbiddenAddressException where no request may go
  HttpClientContext context(URI uri) throws IOException {
    HttpClientContext context = HttpClientContext.create();
    Proxies.Target target = Proxies.Target.of(uri);
    String host = target.host();
    int port = target.port();
    Optional<Proxies.Proxy> proxy = proxies.of(target);
    boolean forbidden = proxy.isPresent() ? forbidden(host) : proxies.isProxy(host, port);
    if (forbidden && !declared.test(host, port)) {
      throw new ForbiddenAddressException(host);
    }
    if (proxy.isPresent()) {
      context.setAttribute(PROXY, proxy.get().host());
      String login = proxy.get().login();
      if (!login.isEmpty()) {
        context.setAuthExchange(proxy.get().host(), basic(login));
      }
    }
    return context;
  }

  private static boolean forbidden(String host) {
    Optional<InetAddress> address = Proxies.literal(host);
    return address
        .map(GuardedResolver::isForbidden)
        .orElseGet(() -> NUMERIC.matcher(host).matches());
  }

  private static AuthExchange basic(String login) {
    int colon = login.indexOf(':');
    String user = colon < 0 ? login : login.substring(0, colon);
    String password = colon < 0 ? "" : login.substring(colon + 1);
    BasicScheme scheme = new BasicScheme();
    scheme.initPreemptive(new UsernamePasswordCredentials(user, password.toCharArray()));
    AuthExchange exchange = new AuthExchange();
    exchange.select(scheme);
    return exchange;
  }

  @Override
  protected HttpHost determineProxy(HttpHost target, HttpContext context) {
    return (HttpHost) context.getAttribute(PROXY);
  }

  /// Stands after the proxy in the chain of a request.
  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    scope.clientContext.setAttribute(PASSED, true);
    return chain.proceed(request, scope);
  }

  /// Whether the request was stopped at a proxy: an answer is then the proxy's.
  static boolean stopped(HttpClientContext context) {
    return context.getAttribute(PROXY) != null && context.getAttribute(PASSED) == null;
  }
}
