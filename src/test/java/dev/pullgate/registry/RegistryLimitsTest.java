package dev.pullgate.registry;

import static dev.pullgate.registry.AskingClient.limited;
import static dev.pullgate.registry.AskingClient.login;
import static dev.pullgate.registry.AskingClient.plain;
import static dev.pullgate.testbed.ScriptedServer.challenging;
import static dev.pullgate.testbed.ScriptedServer.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.policy.Resolution;
import dev.pullgate.policy.Resolution.Cause;
import dev.pullgate.testbed.ScriptedServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How many questions a registry gets at a time, and how many requests a second, as the registry
/// itself sees it on its socket.
final class RegistryLimitsTest {
  private static final Duration SOON = Duration.ofMillis(300);

  /// A registry that answers when so many ask at the same time, and never before.
  private static final class Together implements ScriptedServer.Script {
    private final CyclicBarrier barrier;
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    Together(int parties) {
      barrier = new CyclicBarrier(parties);
    }

    @Override
    public void answer(ScriptedServer.Request request, Socket client) throws IOException {
      most.accumulateAndGet(now.incrementAndGet(), Math::max);
      try {
        barrier.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new IOException("too few ask at a time", e);
      } finally {
        now.decrementAndGet();
      }
      manifest().answer(request, client);
    }
  }

  private static List<Resolution> askAtOnce(AskingClient client, Duration time, List<String> images)
      throws Exception {
    List<Callable<Resolution>> questions =
        images.stream().<Callable<Resolution>>map(image -> () -> client.ask(time, image)).toList();
    List<Resolution> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Resolution> answer : threads.invokeAll(questions)) {
        answers.add(answer.get());
      }
    }
    return answers;
  }

  private static List<String> images(ScriptedServer server, int count) {
    return IntStream.range(0, count).mapToObj(i -> server.host() + "/shop/web:" + i).toList();
  }

  private static Resolution notAsked(ScriptedServer server, String limit) {
    return new Resolution.Unreachable(
        server.host(),
        Cause.NOT_ASKED,
        "was not asked: too many requests at once from this gate (" + limit + ")");
  }

  @Test
  void asksNoMoreAtATimeThanItMay() throws Exception {
    Together three = new Together(3);
    try (ScriptedServer server = ScriptedServer.http(three);
        AskingClient client = new AskingClient(limited(1000, 3, plain(server.host())))) {
      assertThat(askAtOnce(client, Duration.ofSeconds(40), images(server, 12)))
          .hasSize(12)
          .allMatch(Resolution.Found.class::isInstance);
      assertThat(three.most).hasValue(3);
    }
  }

  @Test
  void asksForTenImagesOfAPodAtOnce() throws Exception {
    Together ten = new Together(10);
    try (ScriptedServer server = ScriptedServer.http(ten);
        AskingClient client = new AskingClient(plain(server.host()))) {
      assertThat(askAtOnce(client, Duration.ofSeconds(40), images(server, 10)))
          .allMatch(Resolution.Found.class::isInstance);
      assertThat(ten.most).hasValue(10);
    }
  }

  @Test
  void doesNotBlameARegistryThatItHadNoTurnToAsk() throws Exception {
    try (ScriptedServer server = ScriptedServer.http(ScriptedServer.silence());
        AskingClient client = new AskingClient(limited(1000, 1, plain(server.host())))) {
      List<Resolution> answers = askAtOnce(client, SOON, images(server, 4));

      assertThat(server.requests()).hasSize(1);
      assertThat(answers)
          .filteredOn(Resolution.Unreachable.class::isInstance)
          .extracting(answer -> ((Resolution.Unreachable) answer).cause())
          .containsExactlyInAnyOrder(
              Cause.TIMEOUT, Cause.NOT_ASKED, Cause.NOT_ASKED, Cause.NOT_ASKED);
      assertThat(answers.toString()).contains("was not asked: too many requests at once");
    }
  }

  @Test
  void waitsForItsTurnAsLongAsAnybodyWhoAsksTheSame() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    ScriptedServer.Script busy =
        (request, client) -> {
          try {
            if (!request.target().contains("first") || free.await(20, TimeUnit.SECONDS)) {
              manifest().answer(request, client);
            }
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        };
    try (ScriptedServer server = ScriptedServer.http(busy);
        AskingClient client = new AskingClient(limited(1000, 1, plain(server.host())));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Resolution> first = threads.submit(() -> client.ask(server.host() + "/first:1"));
      while (server.requests().isEmpty()) {
        Thread.onSpinWait();
      }
      Future<Resolution> patient = threads.submit(() -> client.ask(server.host() + "/second:1"));
      Resolution hasty = client.ask(SOON, server.host() + "/second:1");
      free.countDown();

      assertThat(hasty).isInstanceOf(Resolution.Unreachable.class);
      assertThat(((Resolution.Unreachable) hasty).cause()).isEqualTo(Cause.NOT_ASKED);
      assertThat(first.get()).isInstanceOf(Resolution.Found.class);
      assertThat(patient.get()).isInstanceOf(Resolution.Found.class);
    }
  }

  @Test
  void isNotSlowedByAnotherRegistryThatHangs() throws Exception {
    try (ScriptedServer hanging = ScriptedServer.http(ScriptedServer.silence());
        ScriptedServer server = ScriptedServer.http(manifest());
        AskingClient client =
            new AskingClient(limited(1000, 200, plain(hanging.host())), plain(server.host()));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String image : images(hanging, 200)) {
        threads.execute(() -> client.ask(Duration.ofSeconds(5), image));
      }
      while (hanging.requests().size() < 200) {
        Thread.onSpinWait();
      }
      Instant start = Instant.now();
      assertThat(askAtOnce(client, Duration.ofSeconds(4), images(server, 10)))
          .allMatch(Resolution.Found.class::isInstance);
      assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void sendsNoMoreRequestsASecondThanItMay() {
    SteppedClock clock = new SteppedClock();
    try (ScriptedServer server = ScriptedServer.http(manifest());
        AskingClient client = new AskingClient(clock, limited(3, 16, plain(server.host())))) {
      List<String> images = images(server, 7);
      for (String image : images.subList(0, 3)) {
        assertThat(client.ask(SOON, image)).isInstanceOf(Resolution.Found.class);
      }
      assertThat(client.ask(SOON, images.get(3)))
          .isEqualTo(notAsked(server, "requestsPerSecond 3"));
      assertThat(server.requests()).hasSize(3);
      assertThat(client.ask(SOON, images.get(0))).isInstanceOf(Resolution.Found.class);

      clock.move(Duration.ofSeconds(1));
      for (String image : images.subList(3, 6)) {
        assertThat(client.ask(SOON, image)).isInstanceOf(Resolution.Found.class);
      }
      assertThat(client.ask(SOON, images.get(6)))
          .isEqualTo(notAsked(server, "requestsPerSecond 3"));
      assertThat(server.requests()).hasSize(6);
    }
  }

  @Test
  void waitsForTheRateWhereThereIsTime() throws Exception {
    try (ScriptedServer server = ScriptedServer.http(manifest());
        AskingClient client = new AskingClient(limited(5, 16, plain(server.host())))) {
      Instant start = Instant.now();
      assertThat(askAtOnce(client, Duration.ofSeconds(20), images(server, 8)))
          .allMatch(Resolution.Found.class::isInstance);
      assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(500));
    }
  }

  @Test
  void countsEveryRequestAndHoldsUpNoQuestionHalfway() {
    SteppedClock clock = new SteppedClock();
    ScriptedServer.Script registry = challenging(ScriptedServer.body(200, "{\"token\": \"t\"}"));
    try (ScriptedServer server = ScriptedServer.http(registry);
        AskingClient client = new AskingClient(clock, limited(3, 16, plain(server.host())))) {
      assertThat(client.ask(SOON, server.host() + "/one:1", login("s", "jane", "secret")))
          .isInstanceOf(Resolution.Found.class);
      assertThat(client.ask(SOON, server.host() + "/two:1", login("s", "jane", "secret")))
          .isEqualTo(notAsked(server, "requestsPerSecond 3"));
      assertThat(server.requests()).hasSize(3);
      clock.move(Duration.ofMillis(400));
      assertThat(client.ask(SOON, server.host() + "/two:1", login("s", "jane", "secret")))
          .isInstanceOf(Resolution.Found.class);
    }
  }
}
