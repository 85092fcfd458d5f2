package dev.pullgate.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Sends single requests to registries and token issuers, with every part of an answer bounded and
/// nothing done behind the caller's back: no redirects, no retries, no cookies, no authentication.
final class Transport implements AutoCloseable {
  private static final int MAX_HEADERS = 100;
  private static final int MAX_HEADER_LINE = 16 * 1024;

  /// No limit in practice: how much is asked at once is decided before, registry by registry, and a
  /// pool that is full of connections to one of them would slow all others.
  private static final int CONNECTIONS_PER_HOST = 512;

  private static final int CONNECTIONS = 8192;

  /// Ends requests whose time is up; a server that sends a byte now and then never times out alone.
  private static final ScheduledExecutorService ABORTS =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("registry-aborts").factory());

  private final CloseableHttpClient client;
  private final ProxyRoutes routes;

  /// Takes the proxies of the environment, and the hosts that may be anywhere.
  Transport(GuardedResolver.DeclaredHosts declared, Proxies proxies, SSLContext tls) {
    this.routes = new ProxyRoutes(proxies, declared);
    // A proxy may be anywhere; that nobody else gets there is up to the routes.
    GuardedResolver resolver =
        new GuardedResolver(
            (host, port) -> declared.test(host, port) || proxies.isProxy(host, port));
    this.client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDnsResolver(resolver)
                    .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                    .setConnectionFactory(
                        ManagedHttpClientConnectionFactory.builder()
                            .http1Config(
                                Http1Config.custom()
                                    .setMaxHeaderCount(MAX_HEADERS)
                                    .setMaxLineLength(MAX_HEADER_LINE)
                                    .build())
                            .build())
                    .setMaxConnPerRoute(CONNECTIONS_PER_HOST)
                    .setMaxConnTotal(CONNECTIONS)
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setValidateAfterInactivity(Timeout.ofSeconds(2))
                            .setTimeToLive(Timeout.ofMinutes(2))
                            .build())
                    .build())
            .setRoutePlanner(routes)
            .addExecInterceptorAfter(ChainElement.CONNECT.name(), "past-proxy", routes)
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .setUserAgent("pullgate")
            .build();
  }

  /// Sends a request and reads the whole answer within a time.
  ///
  /// @throws IOException when no usable answer came; its message may quote the registry
  Answer send(Outgoing outgoing, Timeout time) throws IOException {
    HttpClientContext context = routes.context(outgoing.uri());
    HttpUriRequestBase request = new HttpUriRequestBase(outgoing.method(), outgoing.uri());
    outgoing.headers().forEach(request::setHeader);
    if (!outgoing.form().isEmpty()) {
      request.setEntity(new StringEntity(outgoing.form(), ContentType.APPLICATION_FORM_URLENCODED));
    }
    request.setConfig(
        RequestConfig.custom()
            .setAuthenticationEnabled(false)
            .setConnectionRequestTimeout(time)
            .setResponseTimeout(time)
            .setHardCancellationEnabled(true)
            .build());
    Future<?> abort =
        ABORTS.schedule(request::cancel, time.toMilliseconds(), TimeUnit.MILLISECONDS);
    try {
      return client.execute(
          request, context, response -> read(context, response, outgoing.maxBody()));
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      if (request.isCancelled()) {
        // It shows as whatever the closed socket made of it, such as a broken handshake.
        throw (IOException) new InterruptedIOException("the time is up").initCause(e);
      }
      if (ProxyRoutes.stopped(context) && !(e instanceof InterruptedIOException)) {
        throw (IOException) new ProxyException("the proxy gives no way").initCause(e);
      }
      throw e;
    } finally {
      abort.cancel(false);
    }
  }

  private static Answer read(HttpClientContext context, ClassicHttpResponse response, int maxBody)
      throws IOException {
    if (ProxyRoutes.stopped(context)) {
      // What a proxy answers must never pass for the registry's word.
      throw new ProxyException("the proxy answered " + response.getCode());
    }
    Map<String, List<String>> headers = new TreeMap<>();
    for (Header header : response.getHeaders()) {
      String value = header.getValue();
      headers
          .computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(value == null ? "" : value);
    }
    return new Answer(response.getCode(), headers, body(response.getEntity(), maxBody));
  }

  private static Body body(@Nullable HttpEntity entity, int maxBody) throws IOException {
    if (entity == null) {
      return Body.EMPTY;
    }
    try (InputStream content = entity.getContent()) {
      byte[] body = content.readNBytes(maxBody);
      if (content.read() >= 0) {
        throw new OversizedAnswerException();
      }
      return new Body(body);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
