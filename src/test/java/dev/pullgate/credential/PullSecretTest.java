package dev.pullgate.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pullgate.image.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The tables hold what pkg/credentialprovider of Kubernetes 1.37.2 answers.
class PullSecretTest {
  private static final String CONFIG_JSON = "kubernetes.io/dockerconfigjson";
  private static final String CONFIG = "kubernetes.io/dockercfg";

  static Stream<Arguments> usable() {
    return Stream.of(
        arguments("null", List.of()),
        arguments("{}", List.of()),
        arguments("{\"auths\":null}", List.of()),
        arguments("{\"auths\":{}}", List.of()),
        arguments("{\"auths\":{\"quay.io\":null}}", List.of(" ")),
        arguments("{\"auths\":{\"quay.io\":{}}}", List.of(" ")),
        arguments("{\"auths\":{\"quay.io\":{\"auth\":\"dTpw\"}}}", List.of("u p")),
        arguments("{\"auths\":{\"quay.io\":{\"auth\":\"dXM6cDpxOnI=\"}}}", List.of("us p:q:r")),
        arguments("{\"auths\":{\"quay.io\":{\"auth\":\"dXM6cDpxOnI\"}}}", List.of("us p:q:r")),
        arguments("{\"auths\":{\"quay.io\":{\"auth\":\"dXM6cDpxOnI=\\n\"}}}", List.of("us p:q:r")),
        arguments(
            "{\"auths\":{\"quay.io\":{\"auth\":\"dXM6\\r\\ncDpxOnI=\"}}}", List.of("us p:q:r")),
        arguments("{\"auths\":{\"quay.io\":{\"auth\":\"dXNlcjo=\"}}}", List.of("user ")),
        arguments("{\"auths\":{\"quay.io\":{\"auth\":\"OnB3\"}}}", List.of(" pw")),
        arguments(
            "{\"auths\":{\"quay.io\":{\"auth\":\"\",\"username\":\"a\",\"password\":\"b\"}}}",
            List.of("a b")),
        arguments("{\"auths\":{\"quay.io\":{\"auth\":null,\"username\":\"a\"}}}", List.of("a ")),
        arguments(
            "{\"auths\":{\"quay.io\":{\"auth\":\"dTpw\",\"username\":\"a\",\"password\":\"b\"}}}",
            List.of("u p")),
        arguments(
            "{\"auths\":{\"quay.io\":{\"identitytoken\":\"t\",\"registrytoken\":5}}}",
            List.of(" ")),
        arguments(
            "{\"AUTHS\":{\"quay.io\":{\"UserName\":\"a\",\"PASSWORD\":\"b\"}}}", List.of("a b")),
        arguments(
            "{\"auths\":{\"quay.io\":{\"username\":\"a\",\"Username\":\"b\"}}}", List.of("b ")),
        arguments(
            "{\"auths\":{\"quay.io\":{\"Username\":\"b\",\"username\":null}}}", List.of("b ")),
        arguments(
            "{\"auths\":{\"quay.io\":{\"username\":\"a\",\"password\":\"b\"},\"quay.io\":{\"username\":\"c\"}}}",
            List.of("c ")),
        arguments(
            "{\"auths\":{\"quay.io\":{\"username\":\"a\"}},\"auths\":{\"quay.io/foo\":{\"username\":\"c\"}}}",
            List.of("c ", "a ")),
        arguments("{\"auths\":{\"quay.io\":{\"username\":\"a\"}},\"Auths\":null}", List.of()),
        arguments("{\"auths\":{\"quay.io\":{\"username\":\"a\"}}}\n", List.of("a ")),
        arguments(
            "{\"auths\":{},\"credHelpers\":{\"quay.io\":\"x\"},\"credsStore\":\"y\"}", List.of()),
        arguments("{\"auths\":{},\"HttpHeaders\":{\"a\":\"b\"}}", List.of()),
        arguments("{\"quay.io\":{\"username\":\"a\"}}", List.of()));
  }

  @ParameterizedTest
  @MethodSource("usable")
  void readsLoginsAsTheKubelet(String content, List<String> logins) throws Exception {
    PullSecret secret = read(CONFIG_JSON, ".dockerconfigjson", content);

    assertThat(secret).isInstanceOf(PullSecret.Usable.class);
    assertThat(new Keyring(List.of(secret)).lookup(ImageReference.parse("quay.io/foo")))
        .extracting(login -> login.username() + " " + login.password())
        .containsExactlyElementsOf(logins);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "5",
        "{\"auths\":[]}",
        "{\"auths\":{\"quay.io\":[]}}",
        "{\"auths\":{\"quay.io\":{\"auth\":\"dXM6cDpxOnI= \"}}}",
        "{\"auths\":{\"quay.io\":{\"auth\":\"dXM6cDpxOnI==\"}}}",
        "{\"auths\":{\"quay.io\":{\"auth\":\"__46cA==\"}}}",
        "{\"auths\":{\"quay.io\":{\"auth\":\"bm9jb2xvbg==\"}}}",
        "{\"auths\":{\"quay.io\":{\"auth\":5}}}",
        "{\"auths\":{\"quay.io\":{\"username\":5}}}",
        "{\"auths\":{\"quay.io\":{\"email\":[]}}}",
        "{\"auths\":{\"quay.io\":{\"auth\":5},\"quay.io\":{\"username\":\"c\"}}}",
        "{\"auths\":{\"quay.io\":{\"username\":\"a\"}}} x",
        "{\"auths\":{\"quay.io\":{\"username\":\"a\"}}",
        "{'auths':{}}",
        "\ufeff{}",
        "{\"auths\":{},\"HttpHeaders\":{\"a\":5}}",
        "{\"auths\":{},\"httpheaders\":\"x\"}",
        "{\"auths\":{\"quay.io\":{\"username\":\"a\tb\"}}}",
        "{\"auths\":{\"quay.io\":{\"username\":\"\\u00\u01306f\"}}}"
      })
  void failsWhereTheKubeletFails(String content) {
    assertThat(read(CONFIG_JSON, ".dockerconfigjson", content))
        .isInstanceOf(PullSecret.Malformed.class);
  }

  @Test
  void readsTheOlderFormWithEntriesAtTheTop() {
    assertThat(read(CONFIG, ".dockercfg", "{\"quay.io\":{\"auth\":\"dTpw\"}}"))
        .isEqualTo(
            new PullSecret.Usable("regcred", List.of(new PullSecret.Entry("quay.io", "u", "p"))));
  }

  @ParameterizedTest
  @CsvSource({
    "Opaque, .dockerconfigjson",
    "'', .dockerconfigjson",
    "kubernetes.io/dockerconfigjson, .dockercfg",
    "kubernetes.io/dockerconfigjson, config.json",
    "kubernetes.io/dockercfg, .dockerconfigjson"
  })
  void passesOverAnotherTypeOrKeyEvenWhenItsContentIsBroken(String type, String key) {
    assertThat(read(type, key, "{")).isInstanceOf(PullSecret.PassedOver.class);
  }

  @Test
  void namesTheDataKeyThatIsThereInstead() {
    assertThat(read(CONFIG_JSON, "config.json", "{"))
        .isEqualTo(
            new PullSecret.PassedOver(
                "regcred",
                "it has no data key .dockerconfigjson, only config.json, so it is ignored"));
  }

  @Test
  void showsNoLoginThatStandsInAKey() {
    String content = "{\"auths\":{\"https://ci:hunter2@quay.io/x?token=hunter2\":{\"auth\":5}}}";

    assertThat(read(CONFIG_JSON, ".dockerconfigjson", content))
        .isEqualTo(new PullSecret.Malformed("regcred", "auth of https://quay.io/x is no text"));
  }

  @Test
  void passesOverEmptyContentButFailsAtABlank() {
    assertThat(read(CONFIG_JSON, ".dockerconfigjson", ""))
        .isEqualTo(
            new PullSecret.PassedOver(
                "regcred", "it has no data key .dockerconfigjson, so it is ignored"));
    assertThat(read(CONFIG_JSON, ".dockerconfigjson", " "))
        .isEqualTo(new PullSecret.Malformed("regcred", "its content is empty"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"auths":{"quay.io":{"auth":"c2VjcmV0"}}}     | auth of quay.io is not base64 of username:password
          {"auths":{"quay.io":{"auth":"hunter2!"}}}     | auth of quay.io is no valid base64
          {"auths":{"quay.io":{"password":["hunter2"]}}} | password of quay.io is no text
          {"auths":{"quay.io":"hunter2"}}               | the entry of quay.io is no JSON object
          {"auths":"hunter2"}                           | auths is no JSON object
          "hunter2"                                     | the document is no JSON object
          {"auths":{}} hunter2                          | its content is no valid JSON (line 1, column 14)
          {"auths":{}} {}                               | something follows behind its JSON
          """)
  void saysWhatIsWrongWithoutTheContent(String content, String reason) {
    assertThat(read(CONFIG_JSON, ".dockerconfigjson", content))
        .isEqualTo(new PullSecret.Malformed("regcred", reason));
  }

  @ParameterizedTest
  @CsvSource({"5000, false", "10001, true", "300000, true"})
  void nestsAsDeeplyAsTheKubelet(int depth, boolean malformed) {
    String content = "{\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}";

    assertThat(read(CONFIG_JSON, ".dockerconfigjson", content) instanceof PullSecret.Malformed)
        .isEqualTo(malformed);
  }

  @Test
  void readsBytesThatAreNoUtf8() {
    byte[] content =
        "{\"auths\":{\"quay.io\":{\"username\":\"?\"}}}".getBytes(StandardCharsets.UTF_8);
    content[content.length - 5] = (byte) 0xff;

    assertThat(PullSecret.read("regcred", CONFIG_JSON, Map.of(".dockerconfigjson", content)))
        .isInstanceOf(PullSecret.Usable.class);
  }

  private static PullSecret read(String type, String key, String content) {
    return PullSecret.read("regcred", type, Map.of(key, content.getBytes(StandardCharsets.UTF_8)));
  }
}
