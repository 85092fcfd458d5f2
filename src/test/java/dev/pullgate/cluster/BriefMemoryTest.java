package dev.pullgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BriefMemoryTest {
  private static final long MILLIS = 1_000_000;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 100 * MILLIS);
  private final AtomicInteger asked = new AtomicInteger();
  private final List<Runnable> underWay = new ArrayList<>();

  private BriefMemory<String, Integer> memory(Executor threads) {
    return new BriefMemory<>(threads, now::get, answer -> answer < 100);
  }

  @Test
  void servesAnAnswerForAMomentAndNotLonger() {
    BriefMemory<String, Integer> memory = memory(Runnable::run);

    assertThat(memory.get("a", asked::incrementAndGet).join()).isEqualTo(1);
    now.addAndGet(199 * MILLIS);
    assertThat(memory.get("a", asked::incrementAndGet).join()).isEqualTo(1);
    assertThat(memory.get("b", asked::incrementAndGet).join()).isEqualTo(2);
    now.addAndGet(MILLIS);
    assertThat(memory.get("a", asked::incrementAndGet).join()).isEqualTo(3);
  }

  @Test
  void looksAgainSoonerWhereSomethingWasWrong() {
    BriefMemory<String, Integer> memory = memory(Runnable::run);
    asked.set(100);

    assertThat(memory.get("a", asked::incrementAndGet).join()).isEqualTo(101);
    now.addAndGet(49 * MILLIS);
    assertThat(memory.get("a", asked::incrementAndGet).join()).isEqualTo(101);
    now.addAndGet(MILLIS);
    assertThat(memory.get("a", asked::incrementAndGet).join()).isEqualTo(102);
  }

  @Test
  void asksOnceForAllThatAskAtTheSameTime() {
    BriefMemory<String, Integer> memory = memory(underWay::add);

    CompletableFuture<Integer> first = memory.get("a", asked::incrementAndGet);
    CompletableFuture<Integer> second = memory.get("a", asked::incrementAndGet);

    assertThat(underWay).hasSize(1);
    underWay.getFirst().run();
    assertThat(List.of(first.join(), second.join())).containsExactly(1, 1);
  }

  @Test
  void doesNotShareAQuestionThatWasAskedTooLongAgo() {
    BriefMemory<String, Integer> memory = memory(underWay::add);

    CompletableFuture<Integer> slow = memory.get("a", asked::incrementAndGet);
    now.addAndGet(250 * MILLIS);
    CompletableFuture<Integer> later = memory.get("a", asked::incrementAndGet);
    underWay.reversed().forEach(Runnable::run);

    assertThat(List.of(later.join(), slow.join())).containsExactly(1, 2);
  }
}
