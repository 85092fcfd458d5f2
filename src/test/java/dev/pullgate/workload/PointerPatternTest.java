package dev.pullgate.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PointerPatternTest {
  private final ObjectMapper mapper = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /a           | {"a":1}                          | /a
          /a/b         | {"a":{"b":1}}                    | /a/b
          /a/*/b       | {"a":[{"b":1},{"c":2},{"b":3}]}  | /a/0/b /a/2/b
          /a/*/b       | {"a":{"x":{"b":1},"y/z":{"b":2}}} | /a/x/b /a/y~1z/b
          /*/*         | {"a":[1,2],"b":{"c":3},"d":4}    | /a/0 /a/1 /b/c
          /a/1         | {"a":[5,6]}                      | /a/1
          /a/b         | {"a":[5,6]}                      | ``
          /a~1b/~0     | {"a/b":{"~":1}}                  | /a~1b/~0
          /a/b         | {"a":"text"}                     | ``
          /a/*         | {"a":null}                       | ``
          /a/-1        | {"a":[1]}                        | ``
          """)
  void findsWhatItLeadsTo(String pattern, String object, String pointers) throws Exception {
    var root = mapper.readTree(object);
    var matches = PointerPattern.parse(pattern).in(root);

    assertThat(String.join(" ", matches.stream().map(PointerPattern.Match::pointer).toList()))
        .isEqualTo(pointers);
    assertThat(matches)
        .allSatisfy(match -> assertThat(match.value()).isSameAs(root.at(match.pointer())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``     | must begin with /
          a      | must begin with /
          a/b    | must begin with /
          /      | empty part
          /a/    | empty part
          /a//b  | empty part
          /a~b   | neither ~0 nor ~1
          /a~    | neither ~0 nor ~1
          """)
  void refusesWhatIsNoPointer(String text, String problem) {
    assertThatThrownBy(() -> PointerPattern.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void refusesAPointerWithoutEnd() {
    assertThatThrownBy(() -> PointerPattern.parse("/*".repeat(33)))
        .hasMessage("has more than 32 parts");
  }
}
