package dev.pullgate.review;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Does independent blocking work side by side on virtual threads, and keeps the order of results.
final class Concurrently {
  private Concurrently() {}

  /// The work bounds itself: every port returns by its deadline.
  static <T, R> List<R> map(List<T> items, Function<T, R> work) {
    if (items.size() == 1) {
      return List.of(work.apply(items.getFirst()));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<R>> futures =
          items.stream().map(item -> threads.submit(() -> work.apply(item))).toList();
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reviewing", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a part of the review failed", e.getCause());
    }
  }
}
