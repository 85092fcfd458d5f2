package dev.pullgate.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pullgate.review.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReviewCapacityTest {
  private static final Deadline OVER =
      Deadline.after(InstantSource.fixed(Instant.EPOCH), Duration.ZERO);
  private static final long LARGEST = AdmissionReviewCodec.MAX_BYTES;

  private final ReviewCapacity capacity = new ReviewCapacity();

  @Test
  void letsOneOfTheLargestReviewsWaitAndJudgesAnotherWithoutWaiting() throws Exception {
    try (ReviewCapacity.Share first = capacity.take(LARGEST, OVER);
        ReviewCapacity.Share second = capacity.take(LARGEST, OVER)) {
      assertThat(first.mayWait()).isTrue();
      assertThat(second.mayWait()).isFalse();
      assertThatThrownBy(() -> capacity.take(1, OVER))
          .asInstanceOf(type(BadReviewException.class))
          .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(503));
    }
    try (ReviewCapacity.Share again = capacity.take(LARGEST, OVER)) {
      assertThat(again.mayWait()).isTrue();
    }
  }

  @Test
  void countsABodyOfUnknownLengthAsTheLargest() throws Exception {
    try (ReviewCapacity.Share unknown = capacity.take(-1, OVER);
        ReviewCapacity.Share small = capacity.take(10, OVER)) {
      assertThat(unknown.mayWait()).isTrue();
      assertThat(small.mayWait()).isFalse();
    }
  }

  @Test
  void keepsRoomForSmallReviewsHoweverManyWait() throws Exception {
    List<ReviewCapacity.Share> shares = new ArrayList<>();
    ReviewCapacity.Share share = capacity.take(10, OVER);
    while (share.mayWait()) {
      shares.add(share);
      share = capacity.take(10, OVER);
    }
    shares.add(share);
    assertThat(shares).hasSizeGreaterThan(200);
    for (int i = 0; i < 100; i++) {
      shares.add(capacity.take(10_000, OVER));
    }
    shares.forEach(ReviewCapacity.Share::close);
    try (ReviewCapacity.Share one = capacity.take(LARGEST, OVER)) {
      assertThat(one.mayWait()).isTrue();
    }
  }
}
