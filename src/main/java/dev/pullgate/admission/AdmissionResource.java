package dev.pullgate.admission;

import dev.pullgate.review.Deadline;
import dev.pullgate.review.ReviewRequest;
import dev.pullgate.review.ReviewResult;
import dev.pullgate.review.Reviewer;
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
  private final ReviewCapacity capacity = new ReviewCapacity();
  private final AdmissionReviewCodec codec = new AdmissionReviewCodec();

  /// What of a call is no part of the review.
  private record Call(
      String webhook,
      @Nullable String contentType,
      @Nullable String contentLength,
      @Nullable String timeout,
      InputStream body) {}

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
      @HeaderParam("Content-Length") @Nullable String contentLength,
      @QueryParam("timeout") @Nullable String timeout,
      InputStream body) {
    return answer(new Call("mutate", contentType, contentLength, timeout, body), reviewer::mutate);
  }

  /// Judges an object.
  @POST
  @Path("validate")
  @RunOnVirtualThread
  public Response validate(
      @HeaderParam("Content-Type") @Nullable String contentType,
      @HeaderParam("Content-Length") @Nullable String contentLength,
      @QueryParam("timeout") @Nullable String timeout,
      InputStream body) {
    return answer(
        new Call("validate", contentType, contentLength, timeout, body), reviewer::validate);
  }

  private Response answer(Call http, Review review) {
    Timer.Sample sample = decisions.start();
    Deadline deadline = CallDeadline.of(clock, http.timeout());
    AdmissionCall call = null;
    try (ReviewCapacity.Share share = capacity.take(length(http), deadline)) {
      requireJson(http.contentType());
      call = codec.read(http.body(), Deadline.after(clock, CallDeadline.toRead(deadline)));
      return judge(http.webhook(), call, review, share.mayWait() ? deadline : over(http), sample);
    } catch (BadReviewException e) {
      decisions.malformed(http.webhook(), e.status());
      return text(e.status(), e.sentence());
    } catch (RuntimeException e) {
      // The one place where a bug is answered: an error, to which the API server applies the
      // failure policy of the webhook.
      decisions.failed(http.webhook(), call, e);
      String what = call == null ? "a review" : FindingText.clean(call.uid());
      return text(500, "judging " + what + " failed, see the log of pullgate");
    }
  }

  /// Under overload only what would have to be waited for is left out: rules that need no registry
  /// answer, and so does what is remembered.
  private Deadline over(Call http) {
    decisions.notWaiting(http.webhook());
    return new Deadline(clock, clock.instant());
  }

  private Response judge(
      String webhook, AdmissionCall call, Review review, Deadline deadline, Timer.Sample sample) {
    if (OwnResources.includes(call.review().object())) {
      AdmissionAnswer answer = ownResources.answer(call.review());
      decisions.ownResource(webhook, call, answer);
      return json(codec.write(call.uid(), answer));
    }
    if (unreadable(call.review())) {
      decisions.unread(webhook, call, sample);
      return json(
          codec.write(
              call.uid(),
              AdmissionAnswer.admittedUnread(
                  "pullgate: cannot read "
                      + FindingText.clean(call.resource())
                      + "; admitted without a check. Take it out of the webhook's rules, or tell"
                      + " pullgate by --kinds where its images stand")));
    }
    ReviewResult result = review.of(call.review(), deadline);
    byte[] answer = codec.write(call.uid(), AdmissionAnswer.of(result));
    decisions.decided(webhook, call, result, sample);
    return json(answer);
  }

  private static long length(Call http) {
    try {
      return http.contentLength() == null ? -1 : Long.parseLong(http.contentLength());
    } catch (NumberFormatException _) {
      return -1;
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
  private boolean unreadable(ReviewRequest request) {
    boolean changes = request.operation().equals("CREATE") || request.operation().equals("UPDATE");
    return changes && request.subResource().isEmpty() && !reviewer.knows(request.object());
  }

  private static Response json(byte[] body) {
    return Response.ok(body, MediaType.APPLICATION_JSON_TYPE).build();
  }

  private static Response text(int status, String sentence) {
    return Response.status(status).type("text/plain;charset=UTF-8").entity(sentence + "\n").build();
  }
}
