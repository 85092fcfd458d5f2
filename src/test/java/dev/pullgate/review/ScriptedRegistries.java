package dev.pullgate.review;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.Digest;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.MediaType;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Registries whose answers are written down: `found`, `found-7` (with another digest, of this hex
/// digit), `absent`, `private` (anonymous access is refused, the password `right` is not),
/// `limited`, `unreachable` or `broken`, by reference; and the tags of repositories. A reference
/// that is not written down fails the test: nothing may be asked for unawares. Tags that are not
/// written down cannot be listed.
final class ScriptedRegistries implements ImageResolver {
  private static final Digest DIGEST = new Digest("sha256", "5".repeat(64));

  private final Map<String, String> answers;
  private final Map<String, List<String>> tags;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  /// Takes the answers by normalised reference, and tags by `registry/repository`.
  ScriptedRegistries(Map<String, String> answers, Map<String, List<String>> tags) {
    this.answers = Map.copyOf(answers);
    this.tags = Map.copyOf(tags);
  }

  /// The references that were asked for, and repositories as `tags of NAME`, sorted.
  List<String> asked() {
    return asked.stream().sorted().toList();
  }

  @Override
  public Resolution resolve(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    asked.add(reference.toString());
    String host = settings.endpoint().orElse(reference.registry());
    String answer = answers.get(reference.toString());
    if (answer == null) {
      throw new AssertionError("nobody expected a request for " + reference);
    }
    Access access =
        credentials.isEmpty()
            ? Access.ANONYMOUS
            : new Access(credentials.stream().map(Credential::source).toList());
    return switch (answer) {
      case "found" -> new Resolution.Found(host, DIGEST, MediaType.OCI_INDEX, access);
      case String found when found.startsWith("found-") ->
          new Resolution.Found(
              host,
              new Digest("sha256", found.substring("found-".length()).repeat(64)),
              MediaType.OCI_INDEX,
              access);
      case "absent" -> new Resolution.Absent(host, 404, access);
      case "private" ->
          credentials.stream().anyMatch(login -> login.password().equals("right"))
              ? new Resolution.Found(host, DIGEST, MediaType.OCI_INDEX, access)
              : new Resolution.Refused(host, 401, access);
      case "limited" -> new Resolution.RateLimited(host, "limits requests (429)");
      case "unreachable" ->
          new Resolution.Unreachable(host, Resolution.Cause.DNS, "has no address (DNS)");
      case "broken" -> new Resolution.RegistryError(host, "answered 500");
      default -> throw new AssertionError("no such answer: " + answer);
    };
  }

  @Override
  public IndexContent index(
      ImageReference reference,
      Resolution.Found found,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    throw new AssertionError("nobody expected the index of " + reference + " to be read");
  }

  @Override
  public List<String> tags(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    asked.add("tags of " + reference.name());
    return tags.getOrDefault(reference.name(), List.of());
  }
}
