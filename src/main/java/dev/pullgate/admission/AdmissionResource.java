package dev.pullgate.admission;

import dev.pullgate.review.Deadline;
import dev.pullgate.review.ReviewRequest;
import dev.pullgate.review.ReviewResult;
import dev.pullgate.review.Reviewer;
import dev.pullgate.workload.Workload;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The two webhooks, as the API server calls them.
@Path("/")
public class AdmissionResource {
  private static final String JSON = "application/json";

  private final Reviewer reviewer;
  private final InstantSource clock;
  private final DecisionLog decisions;
  private final OwnResources ownResources;
  private final AdmissionReviewCodec codec = new AdmissionReviewCodec();

  private interface Review {
    ReviewResult of(ReviewRequest request, Deadline deadline);
  }

  /// Takes the engine.
  public AdmissionResource(
      Reviewer reviewer, InstantSource clock, MeterRegistry meters, ResourceCheck check) {
    this.reviewer = reviewer;
    this.clock = clock;
    this.ownResources = new OwnResources(check);
    this.decisions = new DecisionLog(meters);
  }

  /// Rewrites the images of a pod to their mirrors.
  @POST
  @Path("mutate")
  @RunOnVirtualThread
  public Response mutate(
      @HeaderParam("Content-Type") @Nullable String contentType,
      @QueryParam("timeout") @Nullable String timeout,
      InputStream body) {
    return answer("mutate", contentType, timeout, body, reviewer::mutate);
  }

  /// Judges an object.
  @POST
  @Path("validate")
  @RunOnVirtualThread
  public Response validate(
      @HeaderParam("Content-Type") @Nullable String contentType,
      @QueryParam("timeout") @Nullable String timeout,
      InputStream body) {
    return answer("validate", contentType, timeout, body, reviewer::validate);
  }

  private Response answer(
      String webhook,
      @Nullable String contentType,
      @Nullable String timeout,
      InputStream body,
      Review review) {
    Timer.Sample sample = decisions.start();
    Deadline deadline = CallDeadline.of(clock, timeout);
    AdmissionCall call;
    try {
      requireJson(contentType);
      call = codec.read(body);
    } catch (BadReviewException e) {
      decisions.malformed(webhook, e.status());
      return text(e.status(), e.sentence());
    }
    if (OwnResources.includes(call.review().object())) {
      AdmissionAnswer answer = ownResources.answer(call.review());
      decisions.ownResource(webhook, call, answer);
      return json(codec.write(call.uid(), answer));
    }
    if (unreadable(call.review())) {
      decisions.unread(webhook, call);
      return json(
          codec.write(
              call.uid(),
              AdmissionAnswer.admittedUnread(
                  "pullgate: cannot read "
                      + FindingText.clean(call.resource())
                      + "; admitted without a check. Take it out of the webhook's rules")));
    }
    try {
      ReviewResult result = review.of(call.review(), deadline);
      decisions.decided(webhook, call, result, sample);
      return json(codec.write(call.uid(), AdmissionAnswer.of(result)));
    } catch (RuntimeException e) {
      // The one place where a bug is answered: an error, to which the API server applies the
      // failure policy of the webhook.
      decisions.failed(webhook, call, e);
      return text(500, "judging " + call.uid() + " failed, see the log of pullgate");
    }
  }

  private static void requireJson(@Nullable String contentType) throws BadReviewException {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    int parameters = type.indexOf(';');
    if (!(parameters < 0 ? type : type.substring(0, parameters)).strip().equals(JSON)) {
      throw new BadReviewException(415, "an AdmissionReview is sent as " + JSON);
    }
  }

  /// Whether the object itself is changed, and is of a kind that the gate does not know. A
  /// subresource such as scale carries another kind, of which nothing is to be said.
  private static boolean unreadable(ReviewRequest request) {
    boolean changes = request.operation().equals("CREATE") || request.operation().equals("UPDATE");
    return changes && request.subResource().isEmpty() && Workload.of(request.object()).isEmpty();
  }

  private static Response json(byte[] body) {
    return Response.ok(body, MediaType.APPLICATION_JSON_TYPE).build();
  }

  private static Response text(int status, String sentence) {
    return Response.status(status).type("text/plain;charset=UTF-8").entity(sentence + "\n").build();
  }
}
