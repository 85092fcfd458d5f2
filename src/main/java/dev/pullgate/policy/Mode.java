package dev.pullgate.policy;

/// What follows from a finding, the strictest first.
public enum Mode {
  /// The object is rejected.
  ENFORCE("Enforce"),
  /// The object is admitted with a warning that kubectl prints.
  WARN("Warn"),
  /// The object is admitted in silence, and the finding recorded.
  AUDIT("Audit");

  private final String text;

  Mode(String text) {
    this.text = text;
  }

  /// The spelling in policies and messages.
  @Override
  public String toString() {
    return text;
  }
}
