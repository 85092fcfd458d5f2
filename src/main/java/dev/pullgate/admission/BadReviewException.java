package dev.pullgate.admission;

/// A request that is no AdmissionReview, and so gets no verdict.
final class BadReviewException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String sentence;

  /// @param status of the HTTP answer
  /// @param sentence for the caller
  BadReviewException(int status, String sentence) {
    super(sentence);
    this.status = status;
    this.sentence = sentence;
  }

  int status() {
    return status;
  }

  String sentence() {
    return sentence;
  }
}
