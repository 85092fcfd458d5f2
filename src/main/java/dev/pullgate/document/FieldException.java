package dev.pullgate.document;

/// One field that cannot be used.
final class FieldException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String pointer;
  private final String problem;

  /// @param pointer JSON pointer of the field
  /// @param problem one clause
  FieldException(String pointer, String problem) {
    super(pointer + ": " + problem);
    this.pointer = pointer;
    this.problem = problem;
  }

  String pointer() {
    return pointer;
  }

  String problem() {
    return problem;
  }
}
