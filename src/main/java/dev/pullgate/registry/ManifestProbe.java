package dev.pullgate.registry;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.Digest;
import dev.pullgate.image.MediaType;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.Resolution;
import dev.pullgate.registry.RepositoryAccess.Answered;
import dev.pullgate.registry.RepositoryAccess.Attempt;
import dev.pullgate.registry.RepositoryAccess.Failed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks one registry for one manifest: by HEAD, and by GET only where the registry has no HEAD or
/// states no digest.
///
/// @see <a
///   href="https://github.com/containerd/containerd/blob/v2.2.1/core/remotes/docker/resolver.go">resolver.go</a>
final class ManifestProbe {
  /// As containerd asks: a registry that has only something else then shows what it is.
  static final String ACCEPT = String.join(", ", MediaType.MANIFESTS) + ", */*";

  private static final int METHOD_NOT_ALLOWED = 405;

  private final RepositoryAccess access;
  private final IndexMemory indexes;
  private final String host;

  /// Whether the registry was found to know no HEAD, so that answers carry the manifest.
  private boolean byGet;

  /// Takes where to keep the platforms of an index that had to be read.
  ManifestProbe(RepositoryAccess access, IndexMemory indexes) {
    this.access = access;
    this.indexes = indexes;
    this.host = access.endpoint().host();
  }

  /// Asks without a login first, then with each credential in turn.
  Resolution run(List<Credential> credentials) {
    if (!access.endpoint().connectable()) {
      return new Resolution.Unreachable(
          host, Resolution.Cause.CONNECT, "is no address to which one can connect");
    }
    try {
      List<Resolution> outcomes = new ArrayList<>();
      for (Attempt attempt :
          access.ask(AccessMemory.Area.MANIFESTS, credentials, this::manifest, this::usable)) {
        outcomes.add(outcome(attempt));
      }
      return AttemptOutcomes.combined(outcomes);
    } catch (IOException e) {
      return access.requests().failure(e);
    }
  }

  private Answer manifest(Optional<String> authorization) throws IOException {
    if (!byGet) {
      Answer answer = head(authorization);
      // A GET counts as a pull where pulls are counted.
      if (answer.status() != METHOD_NOT_ALLOWED || access.requests().counted()) {
        return answer;
      }
      byGet = true;
    }
    return get(authorization);
  }

  private Answer head(Optional<String> authorization) throws IOException {
    return access
        .requests()
        .follow(
            "HEAD",
            access.endpoint().manifest(access.reference()),
            ACCEPT,
            authorization,
            Outgoing.SMALL_BODY);
  }

  private Answer get(Optional<String> authorization) throws IOException {
    return access
        .requests()
        .follow(
            "GET",
            access.endpoint().manifest(access.reference()),
            ACCEPT,
            authorization,
            Outgoing.MANIFEST_BODY);
  }

  private boolean usable(Answer answer) {
    String type = answer.mediaType();
    return answer.success()
        && (type.isEmpty()
            || MediaType.MANIFESTS.contains(type)
            || MediaType.SCHEMA_1.contains(type));
  }

  private Resolution outcome(Attempt attempt) throws IOException {
    return switch (attempt) {
      case Failed failed -> failed.resolution();
      case Answered answered when byGet -> read(answered.answer(), answered.access());
      case Answered answered -> stated(answered);
    };
  }

  private Resolution unsuccessful(Answer answer, Access used) {
    return switch (answer.status()) {
      case 401, 403 -> new Resolution.Refused(host, answer.status(), used);
      case 404 -> new Resolution.Absent(host, 404, used);
      case 429 -> new Resolution.RateLimited(host, "limits requests (429)");
      default -> error("answered " + answer.status());
    };
  }

  private Resolution.RegistryError error(String detail) {
    return new Resolution.RegistryError(host, detail);
  }

  private Resolution.RegistryError noManifest() {
    return error("answered 200 with something that is no image manifest");
  }

  /// What a HEAD says.
  private Resolution stated(Answered answered) throws IOException {
    Answer answer = answered.answer();
    if (!answer.success()) {
      return unsuccessful(answer, answered.access());
    }
    if (!usable(answer)) {
      return noManifest();
    }
    Optional<Digest> stated = statedDigest(answer);
    Optional<Digest> asked = access.reference().digest();
    if (asked.isPresent()) {
      return contradicts(stated, asked.get())
          ? error("states another digest than the one that it was asked for")
          : found(asked, answer, answered.access());
    }
    boolean schema1 = MediaType.SCHEMA_1.contains(answer.mediaType());
    if (stated.isPresent() || schema1 || access.requests().counted()) {
      return found(stated, answer, answered.access());
    }
    return read(get(answered.authorization()), answered.access());
  }

  /// What a GET shows.
  private Resolution read(Answer answer, Access used) {
    if (!answer.success()) {
      return unsuccessful(answer, used);
    }
    if (!usable(answer)) {
      return noManifest();
    }
    Optional<Digest> stated = statedDigest(answer);
    Optional<Digest> asked = access.reference().digest();
    if (MediaType.SCHEMA_1.contains(answer.mediaType())) {
      // Its digest leaves the signatures out that stand in the body.
      return found(asked.or(() -> stated), answer, used);
    }
    if (!IndexParser.isObject(answer.body())) {
      return noManifest();
    }
    if (asked.isPresent() && contradicts(computed(answer, asked), asked.get())) {
      return error("serves content that does not match the digest that it was asked for");
    }
    Optional<Digest> computed = computed(answer, asked.or(() -> stated));
    if (stated.isPresent() && contradicts(computed, stated.get())) {
      return error("states a digest that does not match the content that it serves");
    }
    if (MediaType.INDEXES.contains(answer.mediaType())) {
      indexes.keep(computed.orElseThrow(), answer.body());
    }
    return found(computed, answer, used);
  }

  private Resolution.Found found(Optional<Digest> digest, Answer answer, Access used) {
    return new Resolution.Found(host, digest.orElse(null), answer.mediaType(), used);
  }

  private static Optional<Digest> statedDigest(Answer answer) {
    return answer.header("docker-content-digest").flatMap(Digest::parse);
  }

  /// By the algorithm of the digest with which it will be compared.
  private static Optional<Digest> computed(Answer answer, Optional<Digest> like) {
    return Optional.of(answer.body().digest(like.map(Digest::algorithm).orElse("sha256")));
  }

  /// One content has a digest by each algorithm.
  private static boolean contradicts(Optional<Digest> one, Digest other) {
    return one.filter(digest -> digest.algorithm().equals(other.algorithm()))
        .filter(digest -> !digest.equals(other))
        .isPresent();
  }
}
