package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.source;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.Digest;
import dev.pullgate.image.MediaType;
import dev.pullgate.image.Platform;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.Resolution;
import dev.pullgate.testbed.Credentials;
import dev.pullgate.testbed.OciRegistry;
import dev.pullgate.testbed.Tools;
import dev.pullgate.testbed.Workspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client in front of real registries: one that everybody may use, and one with passwords.
final class RegistryClientIT {
  private static final Credentials ACCOUNT = new Credentials("robot$shop", "p:ass wörd");
  private static final String UNKNOWN_DIGEST = "sha256:" + "0".repeat(64);

  private static Optional<Workspace> workspace = Optional.empty();
  private static Optional<OciRegistry> everybody = Optional.empty();
  private static Optional<OciRegistry> passwords = Optional.empty();
  private static String webDigest = "";
  private static String indexDigest = "";
  private static String appDigest = "";

  private final String open = everybody.orElseThrow().host();
  private final String hidden = passwords.orElseThrow().host();
  private final String app = hidden + "/team/app:2.0";
  private final AskingClient client =
      new AskingClient(AskingClient.plain(open), AskingClient.plain(hidden));
  private final int openBefore = everybody.orElseThrow().requests().size();
  private final int hiddenBefore = passwords.orElseThrow().requests().size();

  @BeforeAll
  static void start() {
    Tools tools = RealRegistries.tools();
    Workspace bed = Workspace.open("pullgate-registry-it-");
    workspace = Optional.of(bed);
    OciRegistry first = OciRegistry.open(tools, bed, "everybody");
    webDigest = first.push("shop/web:1.2.3");
    indexDigest = first.pushIndex("shop/multi:1.0", "linux/amd64", "linux/arm64");
    everybody = Optional.of(first);
    OciRegistry second = OciRegistry.htpasswd(tools, bed, "passwords", ACCOUNT);
    appDigest = second.push("team/app:2.0");
    passwords = Optional.of(second);
  }

  @AfterAll
  static void stop() {
    workspace.ifPresent(Workspace::close);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static Credential right(String secret) {
    return login(secret, ACCOUNT.username(), ACCOUNT.password());
  }

  private static Credential wrong(String secret) {
    return login(secret, ACCOUNT.username(), "not-the-password");
  }

  private List<String> openRequests() {
    List<String> all = everybody.orElseThrow().requests();
    return all.subList(openBefore, all.size());
  }

  private List<String> hiddenRequests() {
    List<String> all = passwords.orElseThrow().requests();
    return all.subList(hiddenBefore, all.size());
  }

  private static Resolution found(String host, String digest, String mediaType, Access access) {
    return new Resolution.Found(host, Digest.parse(digest).orElseThrow(), mediaType, access);
  }

  private static Access sent(String... secrets) {
    return new Access(List.of(secrets).stream().map(AskingClient::source).toList());
  }

  @Test
  void findsATagWithTheDigestThatWasPushed() {
    assertThat(client.ask(open + "/shop/web:1.2.3"))
        .isEqualTo(found(open, webDigest, MediaType.OCI_MANIFEST, Access.ANONYMOUS));
    assertThat(openRequests()).containsExactly("HEAD /v2/shop/web/manifests/1.2.3 200");
  }

  @Test
  void findsAnIndex() {
    assertThat(client.ask(open + "/shop/multi:1.0"))
        .isEqualTo(found(open, indexDigest, MediaType.OCI_INDEX, Access.ANONYMOUS));
    assertThat(openRequests()).containsExactly("HEAD /v2/shop/multi/manifests/1.0 200");
  }

  @Test
  void readsThePlatformsOfAnIndexOnce() {
    IndexContent expected =
        new IndexContent.Platforms(
            List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64")));

    assertThat(client.platforms(open + "/shop/multi:1.0")).isEqualTo(expected);
    assertThat(client.platforms(open + "/shop/multi@" + indexDigest)).isEqualTo(expected);
    assertThat(openRequests())
        .containsExactly(
            "HEAD /v2/shop/multi/manifests/1.0 200",
            "GET /v2/shop/multi/manifests/" + indexDigest + " 200",
            "HEAD /v2/shop/multi/manifests/" + indexDigest + " 200");
  }

  @Test
  void readsNoSingleManifest() {
    assertThat(client.platforms(open + "/shop/web:1.2.3")).isEqualTo(new IndexContent.Single());
    assertThat(openRequests()).hasSize(1);
  }

  @Test
  void listsTags() {
    assertThat(client.tags(open + "/shop/web:1.2.4")).containsExactly("1.2.3");
    assertThat(client.tags(open + "/no/such/repository:1")).isEmpty();
    assertThat(client.tags(app)).isEmpty();
    assertThat(client.tags(app, wrong("stale"), right("fresh"))).containsExactly("2.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/shop/web@", "/shop/web:1.2.3@", "/shop/web:no-such-tag@"})
  void asksByDigestWhereThereIsOne(String name) {
    assertThat(client.ask(open + name + webDigest))
        .isEqualTo(found(open, webDigest, MediaType.OCI_MANIFEST, Access.ANONYMOUS));
    assertThat(openRequests()).containsExactly("HEAD /v2/shop/web/manifests/" + webDigest + " 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/shop/web:1.2.4", "/no/such/repository:1", "/shop/web", "/shop/web@digest"})
  void saysThatThereIsNone(String image) {
    assertThat(client.ask(open + image.replace("@digest", "@" + UNKNOWN_DIGEST)))
        .isEqualTo(new Resolution.Absent(open, 404, Access.ANONYMOUS));
    assertThat(openRequests()).singleElement().asString().startsWith("HEAD ").endsWith(" 404");
  }

  @Test
  void needsNoLoginWhereNobodyAsksForOne() {
    assertThat(client.ask(open + "/shop/web:1.2.3", right("regcred")))
        .isEqualTo(found(open, webDigest, MediaType.OCI_MANIFEST, Access.ANONYMOUS));
    assertThat(openRequests()).hasSize(1);
  }

  @Test
  void isRefusedWithoutALogin() {
    assertThat(client.ask(app)).isEqualTo(new Resolution.Refused(hidden, 401, Access.ANONYMOUS));
    assertThat(hiddenRequests()).containsExactly("HEAD /v2/team/app/manifests/2.0 401");
  }

  @Test
  void findsAPrivateImageWithItsLogin() {
    assertThat(client.ask(app, right("regcred")))
        .isEqualTo(found(hidden, appDigest, MediaType.OCI_MANIFEST, sent("regcred")));
    assertThat(hiddenRequests())
        .containsExactly(
            "HEAD /v2/team/app/manifests/2.0 401", "HEAD /v2/team/app/manifests/2.0 200");
  }

  @Test
  void provesAbsenceBehindALogin() {
    assertThat(client.ask(hidden + "/team/app:2.1", right("regcred")))
        .isEqualTo(new Resolution.Absent(hidden, 404, sent("regcred")));
  }

  @Test
  void isRefusedWithAWrongPassword() {
    assertThat(client.ask(app, wrong("regcred")))
        .isEqualTo(new Resolution.Refused(hidden, 401, sent("regcred")));
    assertThat(hiddenRequests()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"robot$shop, ''", "'', p:ass", "'', ''"})
  void doesNotTryALoginThatIsIncomplete(String username, String password) {
    assertThat(client.ask(app, login("regcred", username, password)))
        .isEqualTo(
            new Resolution.Refused(
                hidden, 401, new Access(List.of(source("regcred")), List.of(source("regcred")))));
    assertThat(hiddenRequests()).hasSize(1);
  }

  @Test
  void triesTheNextLoginAfterAStaleOne() {
    assertThat(client.ask(app, wrong("stale"), right("fresh"), wrong("third")))
        .isEqualTo(found(hidden, appDigest, MediaType.OCI_MANIFEST, sent("stale", "fresh")));
    assertThat(hiddenRequests()).hasSize(3);
  }

  @Test
  void namesAllLoginsThatWereRefused() {
    assertThat(client.ask(app, wrong("first"), wrong("second")))
        .isEqualTo(new Resolution.Refused(hidden, 401, sent("first", "second")));
  }

  @Test
  void asksOnceForWhatItKnows() {
    Resolution first = client.ask(open + "/shop/web:1.2.3");
    Resolution second = client.ask(open + "/shop/web:1.2.3");
    Resolution absent = client.ask(open + "/shop/web:0");
    Resolution stillAbsent = client.ask(open + "/shop/web:0");

    assertThat(second).isEqualTo(first);
    assertThat(stillAbsent).isEqualTo(absent);
    assertThat(openRequests()).hasSize(2);
  }

  @Test
  void keepsTheAnswersOfLoginsApart() {
    assertThat(client.ask(app, right("regcred"))).isInstanceOf(Resolution.Found.class);
    assertThat(client.ask(app, wrong("regcred"))).isInstanceOf(Resolution.Refused.class);
    assertThat(client.ask(app)).isInstanceOf(Resolution.Refused.class);
    int asked = hiddenRequests().size();

    assertThat(client.ask(app, right("regcred"))).isInstanceOf(Resolution.Found.class);
    assertThat(hiddenRequests()).hasSize(asked).hasSize(5);
  }

  @Test
  void tellsWhereALoginStandsAlsoFromMemory() {
    assertThat(client.ask(app, right("one"))).isEqualTo(client.ask(app, right("one")));
    assertThat(client.ask(app, right("other")))
        .isEqualTo(
            found(hidden, appDigest, MediaType.OCI_MANIFEST, new Access(List.of(source("other")))));
  }

  @Test
  void sendsOneQuestionForManyAtATime() throws Exception {
    List<Resolution> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Resolution> question = () -> client.ask(app, right("regcred"));
      List<Callable<Resolution>> questions = Collections.nCopies(20, question);
      for (Future<Resolution> answer : threads.invokeAll(questions)) {
        answers.add(answer.get());
      }
    }

    assertThat(answers).hasSize(20).allMatch(Resolution.Found.class::isInstance);
    assertThat(hiddenRequests()).hasSize(2);
  }

  @Test
  void servesTheLastGoodAnswerWhileARegistryIsDown() {
    SteppedClock clock = new SteppedClock();
    Workspace bed = workspace.orElseThrow();
    try (OciRegistry registry = OciRegistry.open(RealRegistries.tools(), bed, "comes-and-goes");
        AskingClient asking = new AskingClient(clock, AskingClient.plain(registry.host()))) {
      String image = registry.host() + "/shop/web:1.2.3";
      String digest = registry.push("shop/web:1.2.3");
      Resolution.Found fresh =
          new Resolution.Found(
              registry.host(),
              Digest.parse(digest).orElseThrow(),
              MediaType.OCI_MANIFEST,
              Access.ANONYMOUS);
      assertThat(asking.ask(image)).isEqualTo(fresh);

      registry.stop();
      clock.move(Duration.ofMinutes(10));
      for (int i = 0; i < 8; i++) {
        assertThat(asking.ask(image)).isEqualTo(fresh.stale(SteppedClock.START));
      }
      assertThat(asking.ask(registry.host() + "/shop/web:1.2.4"))
          .isEqualTo(
              new Resolution.Unreachable(
                  registry.host(),
                  Resolution.Cause.CONNECT,
                  "refused or broke the connection, so it is left alone for another 5 s"));
      assertThat(asking.health())
          .singleElement()
          .satisfies(health -> {
            assertThat(health.reachable()).isFalse();
            assertThat(health.lastSeen()).contains(SteppedClock.START);
          });

      registry.start();
      clock.move(Duration.ofMillis(5001));
      assertThat(asking.ask(image)).isEqualTo(fresh);
      assertThat(asking.ask(registry.host() + "/shop/web:1.2.4"))
          .isInstanceOf(Resolution.Absent.class);
    }
  }
}
