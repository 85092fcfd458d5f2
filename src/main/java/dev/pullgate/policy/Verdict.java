package dev.pullgate.policy;

/// What one finding does to the object, the strictest first.
public enum Verdict {
  /// Rejects it.
  DENY("Deny"),
  /// Admits it with a warning.
  WARN("Warn"),
  /// Admits it in silence.
  AUDIT("Audit");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /// The verdict of a finding that breaks a policy of this mode.
  public static Verdict of(Mode mode) {
    return switch (mode) {
      case ENFORCE -> DENY;
      case WARN -> WARN;
      case AUDIT -> AUDIT;
    };
  }

  /// The same, where the finding is no more than a warning whatever the mode.
  public static Verdict warning(Mode mode) {
    return switch (mode) {
      case ENFORCE, WARN -> WARN;
      case AUDIT -> AUDIT;
    };
  }

  /// The spelling in reports.
  @Override
  public String toString() {
    return text;
  }
}
