package dev.pullgate.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.ReviewRequest;
import dev.pullgate.review.Reviewer;
import java.time.Duration;
import java.time.InstantSource;

/// Runs the engine over a sample before the API server sends anything, so that no user's first pod
/// waits until classes are loaded. Nothing is asked of a registry: the image is never pulled.
final class WarmUp {
  private static final int ROUNDS = 20;
  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "warm-up"}, "spec": {"containers": [
        {"name": "warm-up", "image": "localhost/warm-up", "imagePullPolicy": "Never"},
        {"name": "invalid", "image": "Warm/Up:"}]}}
      """;

  private WarmUp() {}

  static void run(Reviewer reviewer, InstantSource clock) {
    JsonNode pod;
    try {
      pod = new ObjectMapper().readTree(POD);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the sample is JSON", e);
    }
    ReviewRequest request =
        new ReviewRequest("CREATE", "", "pullgate-warm-up", "pullgate", pod, null);
    for (int round = 0; round < ROUNDS; round++) {
      Deadline deadline = Deadline.after(clock, Duration.ofSeconds(1));
      reviewer.mutate(request, deadline);
      reviewer.validate(request, deadline);
    }
  }
}
