package dev.pullgate.document;

import java.util.List;

/// Documents that cannot be used. Each problem is one line for the author: `policies/a.yaml:7:9:
/// spec.pinning.requires: unknown field`.
public final class DocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /// Takes at least one problem.
  public DocumentException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /// The problems, in the order of the files.
  public List<String> problems() {
    return problems;
  }
}
