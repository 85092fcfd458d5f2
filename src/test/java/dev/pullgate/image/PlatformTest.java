package dev.pullgate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which images a runtime pulls, as containerd 2.2 chooses them.
final class PlatformTest {
  @ParameterizedTest(name = "{0} pulls {1}")
  @CsvSource({
    "linux/amd64, linux/amd64",
    "linux/amd64, linux/amd64/v1",
    "linux/amd64, linux/x86_64",
    "linux/amd64, linux/386",
    "linux/amd64, linux/i386",
    "linux/amd64/v2, linux/amd64",
    "linux/amd64/v3, linux/amd64/v2",
    "linux/amd64/v4, linux/amd64/v3",
    "linux/amd64/v3, linux/386",
    "linux/386, linux/386",
    "linux/arm64, linux/arm64",
    "linux/arm64, linux/arm64/v8",
    "linux/arm64/v8, linux/arm64",
    "linux/arm64/v8, linux/aarch64",
    "linux/arm64/v8, linux/arm/v8",
    "linux/arm64/v8, linux/arm/v7",
    "linux/arm64/v8, linux/arm",
    "linux/arm64/v8, linux/arm/v6",
    "linux/arm64/v8, linux/arm/v5",
    "linux/arm64/v8.3, linux/arm64/v8.2",
    "linux/arm64/v8.3, linux/arm64",
    "linux/arm64/v9, linux/arm64/v8.5",
    "linux/arm64/v9, linux/arm64/v8",
    "linux/arm64/v9.2, linux/arm64/v9.1",
    "linux/arm64/v9.2, linux/arm64/v8.7",
    "linux/arm64/v9, linux/arm/v7",
    "linux/arm/v8, linux/arm/v7",
    "linux/arm, linux/arm/v7",
    "linux/arm/v7, linux/arm",
    "linux/arm/v7, linux/arm/v6",
    "linux/arm/v7, linux/armhf",
    "linux/arm/v6, linux/armel",
    "linux/arm/v6, linux/arm/v5",
    "linux/ppc64le, linux/ppc64le",
    "linux/riscv64, linux/riscv64",
    "linux/s390x, linux/s390x",
    "windows/amd64, windows/amd64",
  })
  void runs(String own, String image) {
    assertThat(Platform.parse(own).runs(Platform.parse(image))).isTrue();
    assertThat(Platform.parse(own).mayRun(Platform.parse(image))).isTrue();
  }

  @ParameterizedTest(name = "{0} does not pull {1}")
  @CsvSource({
    "linux/amd64, linux/amd64/v2",
    "linux/amd64/v2, linux/amd64/v3",
    "linux/386, linux/amd64",
    "linux/amd64, linux/arm64",
    "linux/amd64, linux/arm/v7",
    "linux/amd64, windows/amd64",
    "windows/amd64, linux/amd64",
    "linux/arm64, linux/amd64",
    "linux/arm64, linux/arm64/v9",
    "linux/arm64, linux/arm64/v8.1",
    "linux/arm64/v8.1, linux/arm64/v8.2",
    "linux/arm64/v9, linux/arm64/v8.6",
    "linux/arm64/v9, linux/arm64/v9.1",
    "linux/arm64, linux/arm/v4",
    "linux/arm64, linux/arm/v9",
    "linux/arm/v7, linux/arm64",
    "linux/arm/v7, linux/arm/v8",
    "linux/arm/v7, linux/arm/v4",
    "linux/arm/v6, linux/arm",
    "linux/arm/v5, linux/arm/v6",
    "linux/riscv64, linux/riscv64/rva23u64",
    "linux/ppc64, linux/ppc64le",
  })
  void doesNotRun(String own, String image) {
    assertThat(Platform.parse(own).runs(Platform.parse(image))).isFalse();
  }

  @ParameterizedTest(name = "some {0} may pull {1}")
  @CsvSource({
    "linux/amd64, linux/amd64/v3",
    "linux/arm64, linux/arm64/v9",
    "linux/arm, linux/arm/v8",
    "linux/riscv64, linux/riscv64/rva23u64",
  })
  void mayRunWhereItsVariantIsNotKnown(String own, String image) {
    assertThat(Platform.parse(own).mayRun(Platform.parse(image))).isTrue();
  }

  @ParameterizedTest(name = "no {0} pulls {1}")
  @CsvSource({
    "linux/amd64, linux/arm64",
    "linux/arm64, linux/amd64",
    "linux/arm64, linux/arm/v4",
    "linux/arm, linux/arm64",
    "linux/386, linux/amd64",
    "linux/amd64, windows/amd64",
  })
  void mayNotRunAnotherArchitecture(String own, String image) {
    assertThat(Platform.parse(own).mayRun(Platform.parse(image))).isFalse();
  }

  @Test
  void isWrittenAsItIsRead() {
    assertThat(Platform.parse("linux/arm/v7")).hasToString("linux/arm/v7");
    assertThat(Platform.parse("windows/amd64")).hasToString("windows/amd64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "linux", "linux/", "/amd64", "Linux/amd64", "linux/amd64/v2/x", "a b/c"})
  void refusesOtherText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Platform.parse(text))
        .withMessageContaining("os/architecture");
  }
}
