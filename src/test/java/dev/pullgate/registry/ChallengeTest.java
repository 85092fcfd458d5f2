package dev.pullgate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {
  static Stream<Arguments> bearers() {
    Map<String, String> all =
        Map.of(
            "realm", "https://auth.example.com/token",
            "service", "registry.example.com",
            "scope", "repository:a/b:pull");
    return Stream.of(
        arguments(
            "Bearer realm=\"https://auth.example.com/token\",service=\"registry.example.com\","
                + "scope=\"repository:a/b:pull\"",
            all),
        arguments(
            "bearer scope=\"repository:a/b:pull\" , service=registry.example.com ,"
                + " realm=\"https://auth.example.com/token\"",
            all),
        arguments(
            "BEARER Service=\"registry.example.com\",SCOPE=\"repository:a/b:pull\","
                + "Realm=\"https://auth.example.com/token\"",
            all),
        arguments("Bearer realm=\"https://a.io/t\"", Map.of("realm", "https://a.io/t")),
        arguments("Bearer service=\"x\"", Map.of("service", "x")),
        arguments(
            "Bearer realm=\"https://a.io/t\",scope=\"repository:a:pull,push\"",
            Map.of("realm", "https://a.io/t", "scope", "repository:a:pull,push")),
        arguments(
            "Bearer realm=\"https://a.io/t\",realm=\"https://evil.com/t\"",
            Map.of("realm", "https://a.io/t")),
        arguments("Bearer realm=\"say \\\"t\\\"\"", Map.of("realm", "say \"t\"")),
        arguments("Bearer realm=\"\"", Map.of("realm", "")),
        arguments(
            "Bearer realm=https://a.io/t?x=y&z,service=r.io,scope=repository:a/b:pull",
            Map.of(
                "realm",
                "https://a.io/t?x=y&z",
                "service",
                "r.io",
                "scope",
                "repository:a/b:pull")),
        arguments(
            "Bearer realm=\"https://a.io/t?account=x&b=c,d\",service=\"a, b\"",
            Map.of("realm", "https://a.io/t?account=x&b=c,d", "service", "a, b")),
        arguments(
            "Bearer\trealm=\"https://a.io/t\"\t,\t service=\"r.io\"",
            Map.of("realm", "https://a.io/t", "service", "r.io")),
        arguments(
            ", ,Bearer ,realm=\"https://a.io/t\",,service=\"r.io\",",
            Map.of("realm", "https://a.io/t", "service", "r.io")),
        arguments(
            "Bearer realm=\"https://a.io/t\",error=\"insufficient_scope\",service=\"\"",
            Map.of("realm", "https://a.io/t", "error", "insufficient_scope", "service", "")),
        arguments("Bearer", Map.of()),
        arguments(
            "Digest realm=\"y\", Basic realm=\"x\", Bearer realm=\"https://a.io/t\"",
            Map.of("realm", "https://a.io/t")),
        arguments(
            "Bearer realm=\"https://a.io/t\", Basic realm=\"x\"",
            Map.of("realm", "https://a.io/t")),
        arguments("Negotiate, Bearer realm=\"https://a.io/t\"", Map.of("realm", "https://a.io/t")),
        arguments("Bearer realm=\"https://a.io/t\", Negotiate", Map.of("realm", "https://a.io/t")),
        arguments(
            "Negotiate oYG2MIGzoAMKAQA==, Bearer realm=\"https://a.io/t\",service=x",
            Map.of("realm", "https://a.io/t", "service", "x")),
        arguments(
            "Basic realm=\"a, Bearer realm=\\\"no\\\", b\", Bearer realm=\"https://a.io/t\"",
            Map.of("realm", "https://a.io/t")),
        arguments(
            "broken=, =, Bearer realm = \"https://a.io/t\" , service = y",
            Map.of("realm", "https://a.io/t", "service", "y")));
  }

  @ParameterizedTest
  @MethodSource("bearers")
  void readsATokenChallengeInAnyOrderAndQuoting(String header, Map<String, String> parameters) {
    assertThat(Challenge.choose(List.of(header))).contains(new Challenge.Bearer(parameters));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic",
        "Basic realm=\"Registry\"",
        "basic realm=x",
        "Negotiate, Basic realm=\"x\"",
        "Basic realm=\"x\", Negotiate",
        "NTLM,Negotiate,Basic realm=\"x\", charset=\"UTF-8\"",
        "Digest realm=\"x\", nonce=\"y\", Basic realm=\"z\""
      })
  void readsAPasswordChallenge(String header) {
    assertThat(Challenge.choose(List.of(header))).contains(new Challenge.Basic());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        ",,,",
        "=",
        "\"",
        "Negotiate",
        "Digest realm=\"x\"",
        "Bearerrealm=\"x\"",
        "realm=\"https://a.io/t\"",
        "\u0000",
        "Bearer;realm=x"
      })
  void findsNoChallengeInAnythingElse(String header) {
    assertThat(Challenge.choose(List.of(header))).isEmpty();
  }

  @Test
  void readsAnUnfinishedHeaderWithoutFailing() {
    assertThat(Challenge.choose(List.of("Bearer realm=\"https://a.io/t")))
        .satisfiesAnyOf(
            chosen -> assertThat(chosen).isEmpty(),
            chosen -> assertThat(chosen).containsInstanceOf(Challenge.Bearer.class));
  }

  @Test
  void prefersATokenOverAPasswordAcrossHeaders() {
    assertThat(
            Challenge.choose(
                List.of("Basic realm=\"x\"", "garbage=", "Bearer realm=\"https://a.io/t\"")))
        .contains(new Challenge.Bearer(Map.of("realm", "https://a.io/t")));
    assertThat(Challenge.choose(List.of())).isEqualTo(Optional.empty());
  }
}
