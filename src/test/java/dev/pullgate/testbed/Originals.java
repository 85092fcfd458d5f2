package dev.pullgate.testbed;

import java.time.Duration;
import java.util.List;

/// The code that pullgate has to agree with: distribution/reference, and the kubelet's
/// credentialprovider. See `src/test/testbed/kubernetes/originals/main.go` for questions and
/// answers.
public final class Originals implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final Tools tools;
  private final Workspace workspace = Workspace.open("pullgate-originals-");

  /// Builds the program if need be.
  ///
  /// @throws ToolsMissingException without Go
  public Originals(Progress progress) {
    this.tools = Tools.originals(progress);
  }

  /// Asks in one run of the program.
  ///
  /// @param questions one JSON document each, on a line
  /// @return an answer for each, in their order
  public List<String> answers(List<String> questions) {
    ProcessBuilder command = workspace.isolated(List.of(tools.get("originals").toString()));
    List<String> answers =
        workspace
            .run("originals", command, String.join("\n", questions), TIMEOUT)
            .stdoutOrThrow("originals")
            .lines()
            .toList();
    if (answers.size() != questions.size()) {
      throw new TestBedException(
          "%d answers to %d questions".formatted(answers.size(), questions.size()));
    }
    return answers;
  }

  @Override
  public void close() {
    workspace.close();
  }
}
