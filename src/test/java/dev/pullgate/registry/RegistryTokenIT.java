package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.secure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.Digest;
import dev.pullgate.image.MediaType;
import dev.pullgate.image.Platform;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.Resolution;
import dev.pullgate.testbed.Credentials;
import dev.pullgate.testbed.LoopbackTls;
import dev.pullgate.testbed.OciRegistry;
import dev.pullgate.testbed.TokenIssuer;
import dev.pullgate.testbed.Tools;
import dev.pullgate.testbed.Workspace;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The client in front of a real registry that takes tokens of an issuer, both by HTTPS with a
/// certificate of a private authority.
final class RegistryTokenIT {
  private static final Credentials PUSHER = new Credentials("pusher", "push-password");
  private static final Credentials MEMBER = new Credentials("member", "member-password");
  private static final Credentials BUYER = new Credentials("buyer", "buyer-password");
  private static final Credentials STRANGER = new Credentials("stranger", "stranger-password");

  private static Optional<Workspace> workspace = Optional.empty();
  private static Optional<TokenIssuer> startedIssuer = Optional.empty();
  private static Optional<OciRegistry> startedRegistry = Optional.empty();
  private static Optional<LoopbackTls> certificates = Optional.empty();
  private static String appDigest = "";
  private static String publicDigest = "";

  private final TokenIssuer issuer = startedIssuer.orElseThrow();
  private final OciRegistry registry = startedRegistry.orElseThrow();
  private final String host = registry.host();
  private final String app = host + "/team/app:2.0";
  private final X509Certificate authority = certificates.orElseThrow().authority();
  private final AskingClient client =
      new AskingClient(secure(host, authority), secure(issuer.host(), authority));
  private final int registryBefore = registry.requests().size();
  private final int issuerBefore = issuer.requests().size();

  @BeforeAll
  static void start() {
    Tools tools = RealRegistries.tools();
    Workspace bed = Workspace.open("pullgate-token-it-");
    workspace = Optional.of(bed);
    LoopbackTls tls = LoopbackTls.make(bed, "tls");
    TokenIssuer issuer = TokenIssuer.start(bed, tls);
    issuer.permit(PUSHER, "*", "pull", "push");
    issuer.permit(MEMBER, "team/app", "pull");
    issuer.permit(STRANGER, "team/other", "pull");
    issuer.permitAnybody("team/public");
    OciRegistry registry = OciRegistry.token(tools, bed, "tokens", issuer, PUSHER);
    appDigest = registry.push("team/app:2.0");
    publicDigest = registry.pushIndex("team/public:1.0", "linux/amd64", "linux/arm64");
    certificates = Optional.of(tls);
    startedIssuer = Optional.of(issuer);
    startedRegistry = Optional.of(registry);
  }

  @AfterAll
  static void stop() {
    workspace.ifPresent(Workspace::close);
  }

  @AfterEach
  void close() {
    issuer.refuseForms(0);
    client.close();
  }

  private static Credential of(Credentials account) {
    return login(account.username(), account.username(), account.password());
  }

  private static Access sent(Credentials... accounts) {
    return new Access(
        List.of(accounts).stream()
            .map(account -> AskingClient.source(account.username()))
            .toList());
  }

  private List<String> registryRequests() {
    List<String> all = registry.requests();
    return all.subList(registryBefore, all.size());
  }

  private List<TokenIssuer.Request> issuerRequests() {
    List<TokenIssuer.Request> all = issuer.requests();
    return all.subList(issuerBefore, all.size());
  }

  private Resolution found(String digest, String mediaType, Access access) {
    return new Resolution.Found(host, Digest.parse(digest).orElseThrow(), mediaType, access);
  }

  private static TokenIssuer.Request tokenFor(String repository, boolean login) {
    return tokenFor(login ? "POST" : "GET", repository, login);
  }

  private static TokenIssuer.Request tokenFor(String method, String repository, boolean login) {
    return new TokenIssuer.Request(
        method,
        "service=testbed-registry&scope=repository%3A" + repository.replace("/", "%2F") + "%3Apull",
        login);
  }

  @Test
  void findsAPublicImageWithAnAnonymousToken() {
    assertThat(client.ask(host + "/team/public:1.0"))
        .isEqualTo(found(publicDigest, MediaType.OCI_INDEX, Access.ANONYMOUS));
    assertThat(issuerRequests()).containsExactly(tokenFor("team/public", false));
    assertThat(registryRequests())
        .containsExactly(
            "HEAD /v2/team/public/manifests/1.0 401", "HEAD /v2/team/public/manifests/1.0 200");
  }

  @Test
  void findsAPrivateImageWithATokenOfItsLogin() {
    assertThat(client.ask(app, of(MEMBER)))
        .isEqualTo(found(appDigest, MediaType.OCI_MANIFEST, sent(MEMBER)));
    assertThat(issuerRequests()).containsExactly(tokenFor("team/app", true));
    assertThat(registryRequests())
        .containsExactly(
            "HEAD /v2/team/app/manifests/2.0 401", "HEAD /v2/team/app/manifests/2.0 200");
  }

  @Test
  void provesAbsenceBehindAToken() {
    assertThat(client.ask(host + "/team/public:9.9"))
        .isEqualTo(new Resolution.Absent(host, 404, Access.ANONYMOUS));
    assertThat(client.ask(host + "/team/app:9.9", of(MEMBER)))
        .isEqualTo(new Resolution.Absent(host, 404, sent(MEMBER)));
  }

  @Test
  void isRefusedWithTheWeakTokenThatNobodyGets() {
    assertThat(client.ask(app)).isEqualTo(new Resolution.Refused(host, 401, Access.ANONYMOUS));
    assertThat(issuerRequests()).containsExactly(tokenFor("team/app", false));
    assertThat(registryRequests()).hasSize(2);
  }

  @Test
  void isRefusedWithALoginThatMayPullSomethingElse() {
    assertThat(client.ask(app, of(STRANGER)))
        .isEqualTo(new Resolution.Refused(host, 401, sent(STRANGER)));
    assertThat(issuerRequests()).containsExactly(tokenFor("team/app", true));
    assertThat(registryRequests()).hasSize(2);
  }

  @Test
  void isRefusedByTheIssuerWithAWrongPassword() {
    assertThat(client.ask(app, login("member", "member", "not-the-password")))
        .isEqualTo(new Resolution.Refused(host, 401, sent(MEMBER)));
    assertThat(issuerRequests())
        .containsExactly(tokenFor("team/app", true), tokenFor("GET", "team/app", true));
    assertThat(registryRequests()).hasSize(1);
  }

  @Test
  void doesNotFallBackToAnonymousAccessWhenALoginIsWrong() {
    assertThat(client.ask(host + "/team/public:1.0", login("member", "member", "wrong")))
        .isEqualTo(new Resolution.Refused(host, 401, sent(MEMBER)));
  }

  @Test
  void asksForAnAnonymousTokenWhereAPasswordIsEmpty() {
    assertThat(client.ask(host + "/team/public:1.0", login("member", "member", "")))
        .isInstanceOf(Resolution.Found.class);
    assertThat(issuerRequests()).containsExactly(tokenFor("team/public", false));
  }

  @Test
  void triesTheNextLoginAfterAStaleAndAStrange() {
    Credential stale = login("stale", "member", "old-password");

    assertThat(client.ask(app, stale, of(STRANGER), of(MEMBER)))
        .isEqualTo(
            found(
                appDigest,
                MediaType.OCI_MANIFEST,
                new Access(
                    List.of(
                        AskingClient.source("stale"),
                        AskingClient.source("stranger"),
                        AskingClient.source("member")))));
    assertThat(issuerRequests())
        .extracting(TokenIssuer.Request::method)
        .containsExactly("POST", "GET", "POST", "POST");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 405})
  void getsATokenByGetWhereTheIssuerKnowsNoForms(int status) {
    issuer.refuseForms(status);

    assertThat(client.ask(app, of(MEMBER)))
        .isEqualTo(found(appDigest, MediaType.OCI_MANIFEST, sent(MEMBER)));
    assertThat(issuerRequests())
        .containsExactly(tokenFor("team/app", true), tokenFor("GET", "team/app", true));
  }

  @Test
  void readsTheIndexAndTheTagsWithTheTokenThatItHas() {
    String image = host + "/team/public:1.0";

    assertThat(client.platforms(image, of(MEMBER)))
        .isEqualTo(
            new IndexContent.Platforms(
                List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"))));
    assertThat(client.tags(image, of(MEMBER))).containsExactly("1.0");
    assertThat(issuerRequests()).containsExactly(tokenFor("team/public", true));
    assertThat(registryRequests())
        .containsExactly(
            "HEAD /v2/team/public/manifests/1.0 401",
            "HEAD /v2/team/public/manifests/1.0 200",
            "GET /v2/team/public/manifests/" + publicDigest + " 200",
            "GET /v2/team/public/tags/list?n=1000 401",
            "GET /v2/team/public/tags/list?n=1000 200");
  }

  /// A thousand pods, each with one of fifty images of ten repositories, half of them indexes.
  @Test
  void asksOnceForEachImageOfAThousandPods() throws Exception {
    List<String> images = new ArrayList<>();
    for (int repository = 0; repository < 10; repository++) {
      for (int tag = 0; tag < 5; tag++) {
        images.add("cost/r" + repository + ":" + tag);
      }
    }
    for (String image : images.subList(0, 25)) {
      registry.pushIndex(image, "linux/amd64", "linux/arm64");
    }
    images.subList(25, 50).forEach(registry::push);
    issuer.permit(BUYER, "none");
    IntStream.range(0, 10).forEach(number -> issuer.permit(BUYER, "cost/r" + number, "pull"));
    int registryStart = registry.requests().size();
    int issuerStart = issuer.requests().size();

    List<Callable<IndexContent>> pods = new ArrayList<>();
    for (int pod = 0; pod < 1000; pod++) {
      String image = host + "/" + images.get(pod % images.size());
      pods.add(() -> client.platforms(image, of(BUYER)));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(64)) {
      for (Future<IndexContent> pod : threads.invokeAll(pods)) {
        assertThat(pod.get()).isNotInstanceOf(IndexContent.Unread.class);
      }
    }

    List<String> requests = registry.requests();
    List<String> answers = requests.subList(registryStart, requests.size());
    assertThat(answers)
        .filteredOn(line -> line.startsWith("HEAD ") && !line.endsWith(" 401"))
        .hasSize(50)
        .doesNotHaveDuplicates();
    assertThat(answers)
        .filteredOn(line -> line.startsWith("GET "))
        .hasSize(25)
        .doesNotHaveDuplicates();
    assertThat(issuer.requests().size() - issuerStart).isEqualTo(10);
  }

  @Test
  void doesNotTrustAnAuthorityThatNobodyDeclared() {
    try (AskingClient distrustful = new AskingClient(secure(host))) {
      assertThat(distrustful.ask(app, of(MEMBER)))
          .asInstanceOf(type(Resolution.Unreachable.class))
          .extracting(Resolution.Unreachable::cause)
          .isEqualTo(Resolution.Cause.TLS);
    }
    assertThat(registryRequests()).isEmpty();
  }

  @Test
  void goesToNoIssuerOnLoopbackThatNobodyDeclared() {
    try (AskingClient careful = new AskingClient(secure(host, authority))) {
      assertThat(careful.ask(app))
          .asInstanceOf(type(Resolution.RegistryError.class))
          .extracting(Resolution.RegistryError::detail)
          .asString()
          .startsWith("leads to a loopback");
      assertThat(careful.ask(app, of(MEMBER)))
          .asInstanceOf(type(Resolution.RegistryError.class))
          .extracting(Resolution.RegistryError::detail)
          .asString()
          .startsWith("asks for the login at another site (localhost)");
    }
    assertThat(issuerRequests()).isEmpty();
  }
}
