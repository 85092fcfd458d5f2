package dev.pullgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class PullgateCommandTest {
  private final List<ServeOptions> started = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line =
        PullgateCommand.commandLine(options -> {
          started.add(options);
          return 0;
        });
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Test
  void servesWithDefaultsWhereNothingIsGiven() {
    assertThat(run("serve")).isZero();

    ServeOptions options = started.getFirst();
    assertThat(options.policies()).isEmpty();
    assertThat(options.kubeconfig()).isEmpty();
    assertThat(options.context()).isEmpty();
    assertThat(options.webhookUrl()).isEmpty();
    assertThat(options.address()).isEmpty();
    assertThat(options.certificates()).isEmpty();
    assertThat(options.standalone()).isFalse();
    assertThat(options.port()).isEqualTo(8443);
    assertThat(options.managementPort()).isEqualTo(9000);
    assertThat(options.namespace()).isEqualTo("pullgate-system");
    assertThat(options.failurePolicy()).isEqualTo("Ignore");
  }

  @Test
  void servesWithWhatIsGiven() {
    int code =
        run(
            "serve",
            "--policies=a",
            "--policies",
            "b",
            "--kubeconfig=k",
            "--context=c",
            "--webhook-url=https://192.0.2.1:8443",
            "--failure-policy=Fail",
            "--port=1",
            "--management-port=2");

    assertThat(code).isZero();
    ServeOptions options = started.getFirst();
    assertThat(options.policies()).containsExactly(Path.of("a"), Path.of("b"));
    assertThat(options.kubeconfig()).contains(Path.of("k"));
    assertThat(options.context()).contains("c");
    assertThat(options.webhookUrl()).isEqualTo(Optional.of(URI.create("https://192.0.2.1:8443")));
    assertThat(options.failurePolicy()).isEqualTo("Fail");
    assertThat(options.port()).isEqualTo(1);
    assertThat(options.managementPort()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                               | a command is missing
          nonsense                                         | Unmatched argument
          serve --nonsense                                 | Unknown option: '--nonsense'
          serve --port x                                   | '--port'
          serve --port 65536                               | a port is between 0 and 65535
          serve --failure-policy Maybe                     | '--failure-policy'
          serve --webhook-url http://a:1                   | only https://
          serve --webhook-url https://u:p@a                | only https://
          serve --standalone --kubeconfig k                | --standalone runs without a cluster
          serve --standalone --webhook-url https://a       | --standalone runs without a cluster
          """)
  void refusesUnusableOptionsWithExitCodeTwo(String line, String message) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" ", -1))).isEqualTo(2);

    assertThat(err.toString()).contains(message).doesNotContain("\tat ");
    assertThat(started).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "serve --help", "completion --help", "help"})
  void explainsItself(String line) {
    assertThat(run(line.split(" ", -1))).isZero();

    assertThat(out.toString()).contains("Usage: pullgate");
  }

  @Test
  void showsExamplesOfServing() {
    run("serve", "--help");

    assertThat(out.toString()).contains("Examples:", "pullgate serve --standalone");
  }

  @Test
  void completesTheShell() {
    assertThat(run("completion")).isZero();

    assertThat(out.toString()).contains("--webhook-url", "complete");
  }

  @Test
  void knowsItsVersion() {
    assertThat(run("--version")).isZero();

    assertThat(out.toString()).matches("pullgate \\d+\\.\\d+\\.\\d+.*\\R");
  }
}
