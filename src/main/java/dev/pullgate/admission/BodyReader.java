package dev.pullgate.admission;

import dev.pullgate.review.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// Reads the body of a call, no more of it than a review may hold and no longer than its caller
/// waits: who sends a byte a second keeps no memory occupied.
final class BodyReader {
  private static final int CHUNK = 64 * 1024;

  private BodyReader() {}

  /// @throws BadReviewException with 413 for a body that is too large, 408 for one that is too
  ///   slow, and 400 for one that breaks off
  static byte[] read(InputStream body, int maxBytes, Deadline deadline) throws BadReviewException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(CHUNK);
    byte[] chunk = new byte[CHUNK];
    try {
      for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
        bytes.write(chunk, 0, read);
        if (bytes.size() > maxBytes) {
          throw new BadReviewException(
              413, "an AdmissionReview holds at most " + (maxBytes >> 20) + " MiB");
        }
        if (deadline.passed()) {
          throw new BadReviewException(408, "the body did not arrive in time");
        }
      }
    } catch (IOException _) {
      throw new BadReviewException(400, "the body ended too early");
    }
    return bytes.toByteArray();
  }
}
