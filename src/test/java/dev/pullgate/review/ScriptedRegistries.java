package dev.pullgate.review;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.Digest;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.MediaType;
import dev.pullgate.image.Platform;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Registries whose answers are written down: `found`, `found-7` (with another digest, of this hex
/// digit), `stale`, `absent`, `private` (anonymous access is refused, the password `right` is not),
/// `limited`, `unreachable`, `not asked` or `broken`, by reference; `undigested` is found without a
/// digest, `single` is found and no index, `schema1` is found and too old. The tags of
/// repositories, and the platforms of indexes that may be read, are written down too. A reference
/// that is not written down fails the test: nothing may be asked for unawares. Tags that are not
/// written down cannot be listed.
final class ScriptedRegistries implements ImageResolver {
  private static final Digest DIGEST = new Digest("sha256", "5".repeat(64));

  private final Map<String, String> answers;
  private final Map<String, List<String>> tags;
  private final Map<String, List<String>> indexes;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  /// @param answers by normalised reference
  /// @param tags by `registry/repository`
  /// @param indexes platforms by reference; without any, the index could not be read
  ScriptedRegistries(
      Map<String, String> answers,
      Map<String, List<String>> tags,
      Map<String, List<String>> indexes) {
    this.answers = Map.copyOf(answers);
    this.tags = Map.copyOf(tags);
    this.indexes = Map.copyOf(indexes);
  }

  /// The references that were asked for, repositories as `tags of NAME`, and references whose index
  /// was read as `index of …`; sorted.
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
      case "undigested" -> new Resolution.Found(host, null, MediaType.OCI_INDEX, access);
      case "single" -> new Resolution.Found(host, DIGEST, MediaType.OCI_MANIFEST, access);
      case "schema1" -> new Resolution.Found(host, DIGEST, MediaType.SCHEMA_1.getFirst(), access);
      case "stale" ->
          new Resolution.Found(host, DIGEST, MediaType.OCI_INDEX, access).stale(Instant.EPOCH);
      case "not asked" ->
          new Resolution.Unreachable(host, Resolution.Cause.NOT_ASKED, "was not asked: too many");
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
  public boolean remembers(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    return false;
  }

  @Override
  public IndexContent index(
      ImageReference reference,
      Resolution.Found found,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline) {
    asked.add("index of " + reference);
    List<String> platforms = indexes.get(reference.toString());
    if (platforms == null) {
      throw new AssertionError("nobody expected the index of " + reference + " to be read");
    }
    return platforms.isEmpty()
        ? new IndexContent.Unread("its registry counts reads")
        : new IndexContent.Platforms(platforms.stream().map(Platform::parse).toList());
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
