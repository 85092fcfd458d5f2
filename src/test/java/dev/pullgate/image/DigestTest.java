package dev.pullgate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  @ParameterizedTest
  @CsvSource({"sha256, 64", "sha384, 96", "sha512, 128"})
  void holdsAsManyDigitsAsTheAlgorithmAsksFor(String algorithm, int length) {
    String text = algorithm + ":" + "a".repeat(length);

    assertThat(Digest.parse(text)).map(Digest::toString).contains(text);
    assertThat(Digest.parse(text + "a")).isEmpty();
    assertThat(Digest.parse(text.substring(0, text.length() - 1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":", "sha256", "sha256:", "md5:0123456789abcdef0123456789abcdef"})
  void isNothingElse(String text) {
    assertThat(Digest.parse(text)).isEmpty();
  }

  @Test
  void refusesCapitalsAndAlgorithmsThatAreNotRegistered() {
    assertThat(Digest.parse("sha256:" + "A".repeat(64))).isEmpty();
    assertThat(Digest.parse("SHA256:" + "a".repeat(64))).isEmpty();
    assertThatThrownBy(() -> new Digest("sha1", "a".repeat(40)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unsupported digest algorithm");
  }
}
