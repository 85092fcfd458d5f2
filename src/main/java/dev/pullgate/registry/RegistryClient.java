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
import dev.pullgate.review.RegistryHealth;
import dev.pullgate.review.RegistryHealthSource;
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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Resolves images at their registries. A registry that is slow costs a caller no more than its own
/// deadline: the question goes on without it, and its answer serves the next one.
public final class RegistryClient implements ImageResolver, RegistryHealthSource, AutoCloseable {
  /// A question takes at most this many requests one after the other, as a rule: without a login,
  /// for a token by POST and by GET, with the token by HEAD and by GET, and a redirect.
  private static final int REQUESTS_A_QUESTION = 6;

  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private static final Logger LOG = Logger.getLogger("dev.pullgate.registry");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ResolutionCache cache;
  private final IndexMemory indexes = new IndexMemory(threads);
  private final TagMemory tagLists = new TagMemory(threads);
  private final CountingRegistries counting = new CountingRegistries();
  private final Map<List<X509Certificate>, Transport> transports = new ConcurrentHashMap<>();
  private final PolicySource policies;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final RegistryLimits limits;
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
    this.cache = new ResolutionCache(threads, clock);
    this.limits = new RegistryLimits(new KnownRegistries(policies), meters, clock);
    this.memory = new AccessMemory(clock, this::fingerprint);
  }

  @Override
  public Resolution resolve(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    ResolutionCache.Key key = key(reference, credentials, settings);
    Optional<Resolution> known = cache.answer(key);
    if (known.isPresent()) {
      count("hit");
      return known.get();
    }
    ResolutionCache.Boarding boarding =
        cache.board(key, deadline, flight -> ask(flight, reference, credentials, key));
    Flight.Asked asked =
        await(boarding.flight(), Endpoint.of(reference, settings).host(), deadline);
    Optional<Resolution.Found> stale = asked.down() ? cache.stale(key) : Optional.empty();
    count(stale.isPresent() ? "stale" : boarding.first() ? "miss" : "hit");
    return stale.<Resolution>map(found -> found).orElse(asked.resolution());
  }

  @Override
  public boolean remembers(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    return cache.answer(key(reference, credentials, settings)).filter(this::isRead).isPresent();
  }

  private ResolutionCache.Key key(
      ImageReference reference, List<Credential> credentials, RegistrySettings settings) {
    return new ResolutionCache.Key(
        reference.toString(), settings, credentials.stream().map(cache::login).toList());
  }

  /// Whether nothing more can be asked of an answer.
  private boolean isRead(Resolution answer) {
    return !(answer instanceof Resolution.Found found)
        || !MediaType.INDEXES.contains(found.mediaType())
        || found.digest().flatMap(indexes::known).isPresent();
  }

  private void count(String result) {
    meters.counter("pullgate.resolution.cache.requests", "result", result).increment();
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
                inTurn(
                    reference,
                    credentials,
                    settings,
                    deadline,
                    access -> new IndexReader(access, indexes).read(digest.get(), credentials),
                    why -> new IndexContent.Unread(why.host() + " " + why.detail()))),
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
            key,
            () ->
                inTurn(
                    reference,
                    credentials,
                    settings,
                    deadline,
                    access -> new TagLister(access).list(credentials),
                    _ -> List.of())),
        deadline,
        List::of);
  }

  /// Asks something beside manifests when its turn comes.
  ///
  /// @param otherwise what follows when it does not
  private <T> T inTurn(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline,
      Function<RepositoryAccess, T> ask,
      Function<Resolution.Inconclusive, T> otherwise) {
    List<ResolutionCache.Login> logins = credentials.stream().map(cache::login).toList();
    try {
      return switch (limits.enter(reference, settings, logins, Patience.until(deadline))) {
        case RegistryLimits.Turn.Denied denied -> otherwise.apply(denied.why());
        case RegistryLimits.Turn.Granted(Question question) -> {
          try (question) {
            yield ask.apply(access(reference, settings, question));
          }
        }
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting to ask", e);
    }
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

  private Flight.Asked await(Flight flight, String host, Deadline deadline) {
    Duration limit = deadline.remaining();
    try {
      return flight.answer().get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return new Flight.Asked(unfinished(flight, host, limit), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + host, e);
    } catch (ExecutionException e) {
      // One image at which the client fails must not hand the whole pod to the failure policy.
      meters.counter("pullgate.registry.failures").increment();
      LOG.errorv(e.getCause(), "asking a registry failed unexpectedly");
      return new Flight.Asked(
          new Resolution.RegistryError(host, "could not be asked (see the log of pullgate)"),
          false);
    }
  }

  /// A registry is not to blame for the time that a question waited for its turn.
  private Resolution unfinished(Flight flight, String host, Duration limit) {
    if (limit.isZero()) {
      meters.counter("pullgate.resolutions.not.waited").increment();
      return new Resolution.Unreachable(
          host,
          Resolution.Cause.NOT_ASKED,
          "was not waited for, since pullgate had no time left (it is busy, or the call came late)");
    }
    return flight
        .askedAt()
        .map(askedAt -> Duration.between(askedAt, clock.instant()))
        .<Resolution>map(waited ->
            Failures.timeout(host, (waited.compareTo(limit) < 0 ? waited : limit).toMillis()))
        .orElseGet(() -> RegistryLimits.notAsked(host, "no turn came in time"));
  }

  @Override
  public List<RegistryHealth> registries() {
    return limits.health();
  }

  /// Does what the first question would wait for: reads certificates and public suffixes.
  public void prepare() {
    for (RegistrySettings settings : policies.current().registries()) {
      transport(settings);
    }
    transport(RegistrySettings.undeclared("localhost"));
    TokenRequest.prepare();
    limits.prepare();
  }

  private Flight.Asked ask(
      Flight flight,
      ImageReference reference,
      List<Credential> credentials,
      ResolutionCache.Key key) {
    RegistrySettings settings = key.settings();
    try {
      return switch (limits.enter(reference, settings, key.logins(), flight)) {
        case RegistryLimits.Turn.Denied denied -> new Flight.Asked(denied.why(), true);
        case RegistryLimits.Turn.Granted(Question question) -> {
          try (question) {
            flight.asking();
            Resolution resolution = ask(question, reference, credentials, settings);
            question.conclude(resolution);
            yield new Flight.Asked(resolution, question.down());
          }
        }
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting to ask", e);
    }
  }

  private Resolution ask(
      Question question,
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings) {
    return new ManifestProbe(access(reference, settings, question), indexes).run(credentials);
  }

  private RepositoryAccess access(
      ImageReference reference, RegistrySettings settings, RequestObserver watching) {
    PolicySet current = policies.current();
    Predicate<String> declared = host -> isDeclared(current, host);
    // The time begins with the turn: what a question waited for it, is not the registry's.
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
