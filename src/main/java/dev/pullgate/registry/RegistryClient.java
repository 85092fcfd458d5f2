package dev.pullgate.registry;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.Digest;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.MediaType;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.ImageResolver;
import dev.pullgate.review.PolicySource;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Resolves images at their registries. A registry that is slow costs a caller no more than its own
/// deadline: the question goes on without it, and its answer serves the next one.
public final class RegistryClient implements ImageResolver, AutoCloseable {
  /// A question takes at most this many requests one after the other, as a rule: without a login,
  /// for a token by POST and by GET, with the token by HEAD and by GET, and a redirect.
  private static final int REQUESTS_A_QUESTION = 6;

  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private static final Logger LOG = Logger.getLogger("dev.pullgate.registry");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ResolutionCache cache = new ResolutionCache(threads);
  private final IndexMemory indexes = new IndexMemory(threads);
  private final TagMemory tagLists = new TagMemory(threads);
  private final CountingRegistries counting = new CountingRegistries();
  private final Map<List<X509Certificate>, Transport> transports = new ConcurrentHashMap<>();
  private final PolicySource policies;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final RequestObserver observer;
  private final AccessMemory memory;
  private final Proxies proxies;

  /// Takes the policies, for the registries that they declare. Proxies are those of the
  /// environment.
  ///
  /// @throws IllegalArgumentException with a sentence, where the environment names no usable proxy
  public RegistryClient(PolicySource policies, MeterRegistry meters, InstantSource clock) {
    this(policies, meters, clock, Proxies.of(System.getenv()));
  }

  /// Takes other proxies.
  RegistryClient(
      PolicySource policies, MeterRegistry meters, InstantSource clock, Proxies proxies) {
    this.proxies = proxies;
    this.policies = policies;
    this.meters = meters;
    this.clock = clock;
    this.memory = new AccessMemory(clock, this::fingerprint);
    this.observer =
        new MeteredRequests(meters, host -> policies.current().declared(host).isPresent());
  }

  @Override
  public Resolution resolve(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    ResolutionCache.Key key =
        new ResolutionCache.Key(
            reference.toString(), settings, credentials.stream().map(cache::login).toList());
    meters
        .counter("pullgate.resolution.cache.requests", "result", cache.holds(key) ? "hit" : "miss")
        .increment();
    CompletableFuture<Resolution> answer =
        cache.get(key, () -> ask(reference, credentials, settings));
    return await(answer, Endpoint.of(reference, settings).host(), deadline);
  }

  @Override
  public IndexContent index(
      ImageReference reference,
      Resolution.Found found,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    if (!MediaType.INDEXES.contains(found.mediaType())) {
      return found.mediaType().isEmpty()
          ? new IndexContent.Unread("its registry does not say what kind of manifest it is")
          : new IndexContent.Single();
    }
    Optional<Digest> digest = found.digest();
    if (digest.isEmpty()) {
      return new IndexContent.Unread("its registry does not state the digest of its index");
    }
    Optional<IndexContent> known = indexes.known(digest.get());
    if (known.isPresent()) {
      return known.get();
    }
    if (counting.counts(reference.registry())) {
      return IndexReader.counted();
    }
    Endpoint endpoint = Endpoint.of(reference, settings);
    IndexMemory.Flight flight =
        new IndexMemory.Flight(
            endpoint, reference.repository(), digest.get(), fingerprints(credentials));
    long limit = deadline.remaining().toMillis();
    return within(
        indexes.read(
            flight,
            () ->
                new IndexReader(access(reference, settings, observer), indexes)
                    .read(digest.get(), credentials)),
        deadline,
        () -> {
          Resolution.Inconclusive timeout = Failures.timeout(endpoint.host(), limit);
          return new IndexContent.Unread(timeout.host() + " " + timeout.detail());
        });
  }

  @Override
  public List<String> tags(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    TagMemory.Key key =
        new TagMemory.Key(
            settings,
            Endpoint.of(reference, settings),
            reference.repository(),
            fingerprints(credentials));
    return within(
        tagLists.get(
            key, () -> new TagLister(access(reference, settings, observer)).list(credentials)),
        deadline,
        List::of);
  }

  /// Waits for what goes on without the caller, at most until its deadline.
  private <T> T within(CompletableFuture<T> flight, Deadline deadline, Supplier<T> otherwise) {
    try {
      return flight.get(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return otherwise.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking a registry", e);
    } catch (ExecutionException e) {
      meters.counter("pullgate.registry.failures").increment();
      LOG.errorv(e.getCause(), "asking a registry failed unexpectedly");
      return otherwise.get();
    }
  }

  private List<String> fingerprints(List<Credential> credentials) {
    return credentials.stream().map(this::fingerprint).toList();
  }

  private String fingerprint(Credential credential) {
    return cache.login(credential).fingerprint();
  }

  private Resolution await(CompletableFuture<Resolution> answer, String host, Deadline deadline) {
    long limit = deadline.remaining().toMillis();
    try {
      return answer.get(limit, TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return Failures.timeout(host, limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + host, e);
    } catch (ExecutionException e) {
      // One image at which the client fails must not hand the whole pod to the failure policy.
      meters.counter("pullgate.registry.failures").increment();
      LOG.errorv(e.getCause(), "asking a registry failed unexpectedly");
      return new Resolution.RegistryError(host, "could not be asked (see the log of pullgate)");
    }
  }

  /// Does what the first question would wait for: reads certificates and public suffixes.
  public void prepare() {
    for (RegistrySettings settings : policies.current().registries()) {
      transport(settings);
    }
    transport(RegistrySettings.undeclared("localhost"));
    TokenRequest.prepare();
  }

  private Resolution ask(
      ImageReference reference, List<Credential> credentials, RegistrySettings settings) {
    return new ManifestProbe(access(reference, settings, observer), indexes).run(credentials);
  }

  private RepositoryAccess access(
      ImageReference reference, RegistrySettings settings, RequestObserver watching) {
    PolicySet current = policies.current();
    Predicate<String> declared = host -> isDeclared(current, host);
    Duration limit = settings.timeout().multipliedBy(REQUESTS_A_QUESTION);
    Requests requests =
        new Requests(
            transport(settings),
            watching,
            counting,
            reference.registry(),
            settings,
            Deadline.after(clock, limit));
    return new RepositoryAccess(requests, memory, declared, reference, settings);
  }

  private Transport transport(RegistrySettings settings) {
    return transports.computeIfAbsent(
        settings.trustedCertificates(),
        certificates ->
            new Transport(
                (host, port) -> isDeclared(policies.current(), host, port),
                proxies,
                TrustedCertificates.context(certificates)));
  }

  private static boolean isDeclared(PolicySet policies, String hostAndPort) {
    return policies.declared(hostAndPort).isPresent()
        || policies.registries().stream()
            .flatMap(settings -> settings.endpoint().stream())
            .anyMatch(hostAndPort::equals);
  }

  /// The port that the scheme implies is left out of a declaration.
  private static boolean isDeclared(PolicySet policies, String host, int port) {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return isDeclared(policies, name + ":" + port)
        || ((port == HTTPS_PORT || port == HTTP_PORT) && isDeclared(policies, name));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    for (Transport transport : transports.values()) {
      try {
        transport.close();
      } catch (IOException e) {
        throw new IllegalStateException("closing connections failed", e);
      }
    }
  }
}
