package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.testbed.ScriptedServer.body;
import static dev.pullgate.testbed.ScriptedServer.manifest;
import static dev.pullgate.testbed.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pullgate.credential.Credential;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.Resolution;
import dev.pullgate.testbed.ScriptedServer;
import dev.pullgate.testbed.ScriptedServer.Request;
import dev.pullgate.testbed.ScriptedServer.Script;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the client keeps of tokens and challenges, and what it does not.
final class RegistryAccessMemoryTest {
  private static final Credential LOGIN = login("regcred", "jane", "s3cret");

  private final SteppedClock clock = new SteppedClock();
  private final Issuer issuer = new Issuer();
  private final ScriptedServer server = ScriptedServer.http(issuer);
  private final String host = server.host();

  /// A registry whose tokens are numbered, and taken as long as they are valid.
  private static final class Issuer implements Script {
    private final AtomicInteger issued = new AtomicInteger();
    private final Set<String> valid = ConcurrentHashMap.newKeySet();
    private volatile int lifetime = 300;
    private volatile boolean grants = true;
    private volatile boolean open;

    @Override
    public void answer(Request request, Socket client) throws IOException {
      String authorization = request.header("authorization").orElse("");
      if (request.target().startsWith("/token")) {
        String token = "t" + issued.incrementAndGet();
        if (grants) {
          valid.add("Bearer " + token);
        }
        body(200, "{\"token\":\"" + token + "\",\"expires_in\":" + lifetime + "}")
            .answer(request, client);
      } else if (valid.contains(authorization) || open) {
        manifest().answer(request, client);
      } else {
        String realm = "http://" + request.header("host").orElseThrow() + "/token";
        ScriptedServer.challenge(realm).answer(request, client);
      }
    }
  }

  private List<String> asked() {
    return server.requests().stream()
        .map(request ->
            request.method()
                + " "
                + request.target().replaceAll("^/v2/|\\?.*$", "")
                + " "
                + request.header("authorization").orElse("-"))
        .toList();
  }

  private AskingClient client() {
    return new AskingClient(clock, plain(host));
  }

  private void found(AskingClient client, String image, Credential... credentials) {
    assertThat(client.ask(host + image, credentials)).isInstanceOf(Resolution.Found.class);
  }

  @Test
  void asksForOneTokenForAllTagsOfARepository() {
    try (server;
        AskingClient client = client()) {
      found(client, "/a:1", LOGIN);
      found(client, "/a:2", LOGIN);
      found(client, "/a:3", LOGIN);

      assertThat(asked())
          .containsExactly(
              "HEAD a/manifests/1 -",
              "POST /token -",
              "HEAD a/manifests/1 Bearer t1",
              "HEAD a/manifests/2 Bearer t1",
              "HEAD a/manifests/3 Bearer t1");
    }
  }

  @Test
  void asksForOneTokenForManyAtATime() throws Exception {
    try (server;
        AskingClient client = client()) {
      List<Callable<Resolution>> questions = new ArrayList<>();
      IntStream.range(0, 30).forEach(tag -> questions.add(() -> client.ask(host + "/a:" + tag)));
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<Resolution> answer : threads.invokeAll(questions)) {
          assertThat(answer.get()).isInstanceOf(Resolution.Found.class);
        }
      }

      assertThat(issuer.issued).hasValue(1);
      assertThat(asked()).filteredOn(request -> request.endsWith("Bearer t1")).hasSize(30);
    }
  }

  @Test
  void sharesNoTokenBetweenRepositoriesNorLogins() {
    try (server;
        AskingClient client = client()) {
      found(client, "/a:1", LOGIN);
      found(client, "/b:1", LOGIN);
      found(client, "/a:2", login("regcred", "jane", "another"));
      found(client, "/a:3");

      assertThat(issuer.issued).hasValue(4);
    }
  }

  @Test
  void sharesATokenBetweenSecretsThatHoldTheSameLogin() {
    try (server;
        AskingClient client = client()) {
      found(client, "/a:1", LOGIN);

      Credential copy = login("copy", "jane", "s3cret");
      assertThat(client.ask(host + "/a:2", copy))
          .asInstanceOf(type(Resolution.Found.class))
          .extracting(Resolution.Found::access)
          .isEqualTo(new Access(List.of(copy.source())));
      assertThat(issuer.issued).hasValue(1);
    }
  }

  @Test
  void bringsATokenToNoOtherRegistry() {
    Script other =
        (request, client) ->
            ScriptedServer.challenge("http://" + host + "/token").answer(request, client);
    try (server;
        ScriptedServer thief = ScriptedServer.http(other);
        AskingClient client = new AskingClient(clock, plain(host), plain(thief.host()))) {
      found(client, "/a:1", LOGIN);

      assertThat(client.ask(thief.host() + "/a:1", LOGIN))
          .isInstanceOf(Resolution.RegistryError.class);
      assertThat(thief.requests()).allMatch(request -> request.header("authorization").isEmpty());
    }
  }

  @Test
  void asksForANewTokenBeforeTheOldOneExpires() {
    try (server;
        AskingClient client = client()) {
      issuer.lifetime = 60;
      found(client, "/a:1", LOGIN);
      clock.move(Duration.ofSeconds(49));
      found(client, "/a:2", LOGIN);
      assertThat(issuer.issued).hasValue(1);
      clock.move(Duration.ofSeconds(2));
      found(client, "/a:3", LOGIN);

      assertThat(issuer.issued).hasValue(2);
    }
  }

  @Test
  void keepsATokenAMinuteLessAReserveWhereNothingElseIsSaid() {
    try (server;
        AskingClient client = client()) {
      issuer.lifetime = 0;
      found(client, "/a:1", LOGIN);
      clock.move(Duration.ofSeconds(49));
      found(client, "/a:2", LOGIN);
      clock.move(Duration.ofSeconds(2));
      found(client, "/a:3", LOGIN);

      assertThat(issuer.issued).hasValue(2);
    }
  }

  @Test
  void keepsNoTokenThatIsAboutToExpireNorAnyForHours() {
    try (server;
        AskingClient client = client()) {
      issuer.lifetime = 5;
      found(client, "/a:1", LOGIN);
      found(client, "/a:2", LOGIN);
      assertThat(issuer.issued).hasValue(2);

      issuer.lifetime = 86_400;
      found(client, "/a:3", LOGIN);
      clock.move(Duration.ofMinutes(6));
      found(client, "/a:4", LOGIN);
      assertThat(issuer.issued).hasValue(4);
    }
  }

  @Test
  void asksAgainWithANewTokenWhenOneWasWithdrawn() {
    try (server;
        AskingClient client = client()) {
      found(client, "/a:1", LOGIN);
      issuer.valid.clear();

      found(client, "/a:2", LOGIN);
      assertThat(asked().subList(3, asked().size()))
          .containsExactly(
              "HEAD a/manifests/2 Bearer t1", "POST /token -", "HEAD a/manifests/2 Bearer t2");
    }
  }

  @Test
  void isRefusedAsIfItHadNeverBeenLetIn() {
    try (server;
        AskingClient client = client()) {
      found(client, "/a:1", LOGIN);
      issuer.valid.clear();
      issuer.grants = false;

      assertThat(client.ask(host + "/a:2", LOGIN))
          .isEqualTo(new Resolution.Refused(host, 401, new Access(List.of(LOGIN.source()))));
      assertThat(asked())
          .filteredOn(request -> request.startsWith("HEAD a/manifests/2"))
          .contains("HEAD a/manifests/2 -");

      issuer.grants = true;
      found(client, "/a:3", LOGIN);
    }
  }

  @Test
  void keepsNoTokenThatWasRefusedAtOnce() {
    try (server;
        AskingClient client = client()) {
      issuer.grants = false;
      assertThat(client.ask(host + "/a:1", LOGIN)).isInstanceOf(Resolution.Refused.class);
      assertThat(client.ask(host + "/a:2", LOGIN)).isInstanceOf(Resolution.Refused.class);

      assertThat(asked())
          .containsExactly(
              "HEAD a/manifests/1 -",
              "POST /token -",
              "HEAD a/manifests/1 Bearer t1",
              "HEAD a/manifests/2 -",
              "POST /token -",
              "HEAD a/manifests/2 Bearer t2");
    }
  }

  @Test
  void tellsAllWhoWaitWhenTheIssuerFails() throws Exception {
    Script broken =
        (request, client) ->
            (request.target().startsWith("/token")
                    ? body(200, "<html>")
                    : ScriptedServer.challenge(
                        "http://" + request.header("host").orElseThrow() + "/token"))
                .answer(request, client);
    try (ScriptedServer failing = ScriptedServer.http(broken);
        AskingClient client = new AskingClient(plain(failing.host()))) {
      List<Callable<Resolution>> questions = new ArrayList<>();
      IntStream.range(0, 20)
          .forEach(tag -> questions.add(() -> client.ask(failing.host() + "/a:" + tag, LOGIN)));
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<Resolution> answer : threads.invokeAll(questions)) {
          assertThat(answer.get())
              .isEqualTo(
                  new Resolution.RegistryError(
                      failing.host(), "sent an answer that breaks the protocol"));
        }
      }
    }
  }

  @Test
  void noticesInTimeThatARepositoryHasBecomePublic() {
    try (server;
        AskingClient client = client()) {
      found(client, "/a:1", LOGIN);
      issuer.open = true;
      clock.move(Duration.ofMinutes(6));

      assertThat(client.ask(host + "/a:2", LOGIN))
          .asInstanceOf(type(Resolution.Found.class))
          .extracting(Resolution.Found::access)
          .isEqualTo(Access.ANONYMOUS);
    }
  }

  @Test
  void answersAPasswordChallengeAtOnceTheSecondTime() {
    Script passwords =
        (request, client) ->
            (request.header("authorization").isPresent()
                    ? manifest()
                    : status(401, "WWW-Authenticate: Basic realm=x"))
                .answer(request, client);
    try (ScriptedServer basic = ScriptedServer.http(passwords);
        AskingClient client = new AskingClient(plain(basic.host()))) {
      client.ask(basic.host() + "/a:1", LOGIN);
      client.ask(basic.host() + "/a:2", LOGIN);
      client.ask(basic.host() + "/b:1", LOGIN);

      assertThat(basic.requests())
          .extracting(request -> request.header("authorization").isPresent())
          .containsExactly(false, true, true, false, true);
    }
  }

  @Test
  void doesNotTakeTheChallengeOfTheTagsForThatOfTheManifests() {
    Script listed =
        (request, client) ->
            (request.target().contains("/tags/list") && request.header("authorization").isEmpty()
                    ? status(401, "WWW-Authenticate: Basic realm=x")
                    : request.method().equals("GET") ? body(200, "{\"tags\":[\"1\"]}") : manifest())
                .answer(request, client);
    try (ScriptedServer basic = ScriptedServer.http(listed);
        AskingClient client = new AskingClient(plain(basic.host()))) {
      assertThat(client.tags(basic.host() + "/a:1", LOGIN)).containsExactly("1");

      assertThat(client.ask(basic.host() + "/a:1", LOGIN))
          .asInstanceOf(type(Resolution.Found.class))
          .extracting(Resolution.Found::access)
          .isEqualTo(Access.ANONYMOUS);
    }
  }
}
