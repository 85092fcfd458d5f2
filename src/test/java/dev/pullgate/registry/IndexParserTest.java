package dev.pullgate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pullgate.image.Platform;
import dev.pullgate.policy.IndexContent;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexParserTest {
  private static final String LINUX =
      "{\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}";

  private static IndexContent read(String text) {
    return IndexParser.platforms(Body.of(text));
  }

  private static IndexContent entries(String... entries) {
    return read("{\"manifests\":[" + String.join(",", entries) + "]}");
  }

  private static IndexContent platforms(String... platforms) {
    return new IndexContent.Platforms(Arrays.stream(platforms).map(Platform::parse).toList());
  }

  @Test
  void readsThePlatformsInTheirOrderAndEachOnce() {
    assertThat(
            read(
                """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                 "annotations": {"manifests": "x", "a": "b"},
                 "manifests": [
                  {"mediaType": "m", "digest": "sha256:…", "size": 1e3, "urls": [["x"], {}],
                   "platform": {"architecture": "arm", "os": "linux", "variant": "v7",
                                "os.features": ["x"], "features": {"os": "no"}}},
                  {"platform": {"os": "windows", "architecture": "amd64",
                                "os.version": "10.0.20348.1"}},
                  {"platform": {"os": "windows", "architecture": "amd64",
                                "os.version": "10.0.17763.1"}},
                  {"platform": {"os": "Linux", "architecture": "AMD64", "variant": ""}}],
                 "subject": {"manifests": [{"platform": {"os": "x", "architecture": "y"}}]}}
                """))
        .isEqualTo(platforms("linux/arm/v7", "windows/amd64", "linux/amd64"));
  }

  @Test
  void leavesAttestationsOut() {
    assertThat(
            entries(
                LINUX,
                "{\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}}",
                "{\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}}"))
        .isEqualTo(platforms("linux/amd64"));
  }

  @Test
  void knowsAnIndexThatHoldsNothing() {
    assertThat(entries()).isEqualTo(platforms());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"platform\":null}",
        "{\"platform\":{}}",
        "{\"platform\":\"linux/amd64\"}",
        "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\"x\"}",
        "{\"annotations\":null}"
      })
  void provesNothingByAnImageThatNamesNoPlatform(String entry) {
    assertThat(entries(LINUX, entry))
        .isEqualTo(new IndexContent.Unread("an image of its index names no platform"));
  }

  @ParameterizedTest
  @CsvSource({
    "linux, amd 64",
    "linux, ''",
    "'', amd64",
    "linux, <b>",
    "linux, ../..",
    "linux, amd64/v2/v3"
  })
  void leavesOutWhatIsNoPlatform(String os, String architecture) {
    assertThat(
            entries(
                "{\"platform\":{\"os\":\"" + os + "\",\"architecture\":\"" + architecture + "\"}}",
                LINUX))
        .isEqualTo(platforms("linux/amd64"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"text\"",
        "{}",
        "{\"manifests\":null}",
        "{\"manifests\":{}}",
        "{\"manifests\":\"x\"}",
        "{\"manifests\":[1]}",
        "{\"manifests\":[null]}",
        "{\"manifests\":[[]]}",
        "{\"manifests\":[{}",
        "{\"manifests\":[]",
        "{\"manifests\":[]}}",
        "{\"manifests\":[]}{\"manifests\":[]}",
        "{\"manifests\":[],\"manifests\":[]}",
        "<html></html>"
      })
  void findsNoIndexInAnythingElse(String text) {
    assertThat(read(text))
        .isEqualTo(new IndexContent.Unread("what its registry serves as its index is none"));
  }

  @Test
  void isNotOverwhelmed() {
    String deep = "[".repeat(1_000_000);
    String texts = "{\"os\":\"" + "x".repeat(3_000_000) + "\",\"architecture\":\"amd64\"}";

    assertThat(read(deep)).isInstanceOf(IndexContent.Unread.class);
    assertThat(read("{\"a\":" + deep)).isInstanceOf(IndexContent.Unread.class);
    assertThat(entries("{\"a\":" + deep)).isInstanceOf(IndexContent.Unread.class);
    assertThat(entries("{\"platform\":" + texts + "}", LINUX)).isEqualTo(platforms("linux/amd64"));
    assertThat(entries((LINUX + ",").repeat(50_000) + LINUX))
        .asInstanceOf(type(IndexContent.Unread.class))
        .extracting(IndexContent.Unread::reason)
        .isEqualTo("its index has more entries than are read");
  }
}
