package dev.pullgate.admission;

import dev.pullgate.review.Deadline;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// What all reviews that are under way may hold together, measured by the size of their bodies.
///
/// A review that waits for a registry holds its object for seconds, one that does not for
/// milliseconds. So those that wait may fill one half, and the other half passes on quickly: a
/// review that finds the first half full is judged by what is known without waiting.
final class ReviewCapacity {
  private static final int KIB = 1024;
  private static final int LARGEST_KIB = AdmissionReviewCodec.MAX_BYTES / KIB + 1;

  /// Two of the largest reviews, or 512 small ones. What is parsed takes several times the memory
  /// of its text, so this is what a container of the default size can bear.
  private static final int ALL_KIB = 2 * LARGEST_KIB;

  /// However small a body is, a review costs threads and answers too.
  private static final int SMALLEST_KIB = 64;

  /// Time in which reviews that do not wait make room, also for a call whose time is over.
  private static final long PATIENCE_MILLIS = 500;

  private final Semaphore all = new Semaphore(ALL_KIB, true);
  private final Semaphore waiting = new Semaphore(ALL_KIB / 2);

  /// The share of one review. Close it when the review is over.
  final class Share implements AutoCloseable {
    private final int kib;
    private final boolean mayWait;

    private Share(int kib) {
      this.kib = kib;
      this.mayWait = waiting.tryAcquire(kib);
    }

    /// Whether the review may wait for registries.
    boolean mayWait() {
      return mayWait;
    }

    @Override
    public void close() {
      if (mayWait) {
        waiting.release(kib);
      }
      all.release(kib);
    }
  }

  /// Takes a share, and waits for it where need be.
  ///
  /// @param bytes of the body; negative where it is not said
  /// @throws BadReviewException with 503 when there is none by the deadline
  Share take(long bytes, Deadline deadline) throws BadReviewException {
    long kib = bytes < 0 ? LARGEST_KIB : bytes / KIB + 1;
    int share = Math.clamp(kib, SMALLEST_KIB, LARGEST_KIB);
    long patience = Math.max(PATIENCE_MILLIS, deadline.remaining().toMillis());
    try {
      if (!all.tryAcquire(share, patience, TimeUnit.MILLISECONDS)) {
        throw new BadReviewException(503, "there are more reviews than pullgate has memory for");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadReviewException(503, "pullgate is stopping");
    }
    return new Share(share);
  }
}
