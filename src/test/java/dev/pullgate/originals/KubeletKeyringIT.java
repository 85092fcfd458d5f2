package dev.pullgate.originals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullgate.credential.Credential;
import dev.pullgate.credential.KeyText;
import dev.pullgate.credential.Keyring;
import dev.pullgate.credential.PullSecret;
import dev.pullgate.image.ImageReference;
import dev.pullgate.integration.RequiredTools;
import dev.pullgate.testbed.Originals;
import dev.pullgate.testbed.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Takes credentials from thousands of pull secrets with us and with pkg/credentialprovider of
/// Kubernetes. `-Dpullgate.seed=N` tries others.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubeletKeyringIT {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int PODS = 4000;
  private static final int RANDOM_IMAGES = 4;

  /// Text that is no Unicode is no login either: the kubelet hands it on as U+FFFD, one for every
  /// byte, and we may take fewer of them, or half of a surrogate pair.
  private static final Pattern UNREADABLE = Pattern.compile("[\\x{D800}-\\x{DFFF}\\x{FFFD}]+");

  private final Originals originals =
      RequiredTools.orSkip(() -> new Originals(Progress.onStderr()));

  /// One pod's secrets, and images to look up.
  private record Pod(List<KeyringInputs.Secret> secrets, List<ImageReference> images) {}

  /// One login, and where it stands: what a lookup is made of.
  private record Login(String secret, String username, String password) {}

  @AfterAll
  void stop() {
    originals.close();
  }

  static LongStream seeds() {
    return LongStream.of(Long.getLong("pullgate.seed", 20_261_122));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void takesTheCredentialsThatTheKubeletTakes(long seed) throws Exception {
    List<Pod> pods = pods(new Mutations(new Random(seed)));
    List<String> answers =
        originals.answers(pods.stream().map(KubeletKeyringIT::question).toList());

    List<String> disagreements = new ArrayList<>();
    int malformed = 0;
    int matches = 0;
    for (int i = 0; i < pods.size(); i++) {
      JsonNode answer = MAPPER.readTree(answers.get(i));
      malformed += answer.has("error") ? 1 : 0;
      for (JsonNode lookup : answer.path("lookups")) {
        matches += lookup.isEmpty() ? 0 : 1;
      }
      compare(pods.get(i), answer, disagreements);
    }

    System.err.printf(
        "%d pods with seed %d: %d with a malformed secret, %d lookups that find a login%n",
        pods.size(), seed, malformed, matches);
    assertThat(disagreements).isEmpty();
    // Otherwise the inputs have become too tame, or too wild.
    assertThat(malformed).isBetween(PODS / 10, PODS / 2);
    assertThat(matches).isGreaterThan(PODS);
  }

  @Test
  void holdsTextThatIsNoUnicodeInAnotherForm() throws Exception {
    byte[] content =
        "{\"quay.io\":{\"username\":\"XX\",\"password\":\"\\ud800\"}}"
            .getBytes(StandardCharsets.UTF_8);
    // The first two bytes of three.
    content[24] = (byte) 0xe2;
    content[25] = (byte) 0x82;
    Pod pod =
        new Pod(
            List.of(
                new KeyringInputs.Secret(
                    "a", "kubernetes.io/dockercfg", Map.of(".dockercfg", content))),
            List.of(ImageReference.parse("quay.io/foo")));
    JsonNode theirs =
        MAPPER.readTree(originals.answers(List.of(question(pod))).getFirst()).at("/lookups/0/0");

    assertThat(theirs.path("username").binaryValue()).asString().isEqualTo("\ufffd\ufffd");
    assertThat(theirs.path("password").binaryValue()).asString().isEqualTo("\ufffd");
    assertThat(keyring(pod).lookup(pod.images().getFirst()))
        .singleElement()
        .satisfies(ours -> {
          assertThat(ours.username()).isEqualTo("\ufffd");
          assertThat(ours.password()).isEqualTo("\ud800");
        });
  }

  private static List<Pod> pods(Mutations mutations) {
    KeyringInputs inputs = new KeyringInputs(mutations);
    List<ImageReference> fixed =
        KeyringInputs.IMAGES.stream().flatMap(KubeletKeyringIT::image).toList();
    assertThat(fixed).hasSameSizeAs(KeyringInputs.IMAGES);
    List<ImageReference> random =
        ReferenceInputs.some(mutations, PODS).stream().flatMap(KubeletKeyringIT::image).toList();
    List<Pod> pods = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      List<ImageReference> images = new ArrayList<>(fixed);
      for (int j = 0; j < RANDOM_IMAGES; j++) {
        images.add(mutations.any(random));
      }
      pods.add(new Pod(inputs.secrets(), images));
    }
    return pods;
  }

  private static Stream<ImageReference> image(String text) {
    return ImageReference.parseIfValid(text).stream();
  }

  private static String question(Pod pod) {
    ObjectNode question = JsonNodeFactory.instance.objectNode();
    for (KeyringInputs.Secret secret : pod.secrets()) {
      ObjectNode written = question.withArray("/secrets").addObject();
      written.put("name", secret.name()).put("type", secret.type());
      ObjectNode data = written.putObject("data");
      secret.data().forEach(data::put);
    }
    pod.images().forEach(image -> question.withArray("/images").add(image.name()));
    return question.toString();
  }

  private static Keyring keyring(Pod pod) {
    return new Keyring(
        pod.secrets().stream()
            .map(secret -> PullSecret.read(secret.name(), secret.type(), secret.data()))
            .toList());
  }

  private static void compare(Pod pod, JsonNode answer, List<String> disagreements)
      throws IOException {
    Keyring keyring = keyring(pod);
    boolean fails = keyring.malformed().findAny().isPresent();
    if (fails != answer.has("error")) {
      disagreements.add(
          "%s: %s, not %s".formatted(described(pod), keyring.malformed().toList(), answer));
      return;
    }
    // The kubelet does not look up images of a pod at whose secrets it failed.
    for (int i = 0; !fails && i < pod.images().size(); i++) {
      List<Credential> ours = keyring.lookup(pod.images().get(i));
      List<Login> theirs = logins(answer.path("lookups").path(i));
      if (!inOneOrder(ours, ours.stream().map(KubeletKeyringIT::login).toList())
          .equals(inOneOrder(ours, theirs))) {
        disagreements.add(
            "%s for %s: %s, not %s"
                .formatted(described(pod), pod.images().get(i).name(), ours, theirs));
      }
    }
  }

  private static Login login(Credential credential) {
    return new Login(
        credential.source().secret(),
        readable(credential.username()),
        readable(credential.password()));
  }

  private static List<Login> logins(JsonNode lookup) throws IOException {
    List<Login> logins = new ArrayList<>();
    for (JsonNode login : lookup) {
      logins.add(
          new Login(
              login.path("secret").asText(),
              readable(new String(login.path("username").binaryValue(), StandardCharsets.UTF_8)),
              readable(new String(login.path("password").binaryValue(), StandardCharsets.UTF_8))));
    }
    return logins;
  }

  private static String readable(String text) {
    return UNREADABLE.matcher(text).replaceAll("\ufffd");
  }

  /// Entries of one secret that come to the same key stand in a map of Go, whose order is another
  /// one in every run: those are sorted.
  private static List<Login> inOneOrder(List<Credential> ours, List<Login> logins) {
    List<Login> ordered = new ArrayList<>(logins);
    int begin = 0;
    for (int end = 1; end <= Math.min(ours.size(), logins.size()); end++) {
      if (end == ours.size() || !sameKey(ours.get(begin), ours.get(end))) {
        ordered
            .subList(begin, Math.min(end, logins.size()))
            .sort(Comparator.comparing(Login::toString));
        begin = end;
      }
    }
    return ordered;
  }

  private static boolean sameKey(Credential one, Credential other) {
    return one.source().secret().equals(other.source().secret())
        && KeyText.of(one).equals(KeyText.of(other));
  }

  private static String described(Pod pod) {
    return pod.secrets().stream()
        .flatMap(secret ->
            secret.data().entrySet().stream()
                .map(data ->
                    secret.name()
                        + " "
                        + secret.type()
                        + " "
                        + data.getKey()
                        + "="
                        + new String(data.getValue(), StandardCharsets.UTF_8)))
        .toList()
        .toString();
  }
}
