package dev.pullgate.document;

/// One field that cannot be used. Its message is for the author of the object.
public final class FieldException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String pointer;
  private final String problem;

  /// @param pointer JSON pointer of the field
  /// @param problem one clause
  FieldException(String pointer, String problem) {
    super(fieldName(pointer) + ": " + problem);
    this.pointer = pointer;
    this.problem = problem;
  }

  String pointer() {
    return pointer;
  }

  String problem() {
    return problem;
  }

  /// `/spec/mirrors/0/target` as `spec.mirrors[0].target`.
  static String fieldName(String pointer) {
    return pointer
        .replaceAll("/(\\d+)(?=/|$)", "[$1]")
        .replaceFirst("^/", "")
        .replace("/", ".")
        .replace("~1", "/")
        .replace("~0", "~");
  }
}
