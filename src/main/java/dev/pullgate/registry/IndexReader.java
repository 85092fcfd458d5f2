package dev.pullgate.registry;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.Digest;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.Resolution;
import dev.pullgate.registry.RepositoryAccess.Answered;
import dev.pullgate.registry.RepositoryAccess.Attempt;
import dev.pullgate.registry.RepositoryAccess.Failed;
import java.io.IOException;
import java.util.List;

/// Reads one index by its digest, with the access by which it was found.
final class IndexReader {
  private final RepositoryAccess access;
  private final IndexMemory indexes;

  /// Takes where to keep what is read.
  IndexReader(RepositoryAccess access, IndexMemory indexes) {
    this.access = access;
    this.indexes = indexes;
  }

  IndexContent read(Digest digest, List<Credential> credentials) {
    if (access.requests().counted()) {
      return counted();
    }
    try {
      List<Attempt> attempts =
          access.ask(
              AccessMemory.Area.MANIFESTS,
              credentials,
              authorization ->
                  access
                      .requests()
                      .follow(
                          "GET",
                          access.endpoint().manifest(access.reference(), digest),
                          ManifestProbe.ACCEPT,
                          authorization,
                          Outgoing.MANIFEST_BODY),
              Answer::success);
      return switch (attempts.getLast()) {
        case Answered answered -> content(digest, answered.answer());
        case Failed failed -> unread(failed.resolution());
      };
    } catch (IOException e) {
      return unread(access.requests().failure(e));
    }
  }

  /// For a registry where each read counts as a pull.
  static IndexContent.Unread counted() {
    return new IndexContent.Unread("its registry counts each read of it as a pull");
  }

  private IndexContent content(Digest digest, Answer answer) {
    if (!answer.success()) {
      return new IndexContent.Unread(
          access.endpoint().host() + " answered " + answer.status() + " for its index");
    }
    if (!answer.body().digest(digest.algorithm()).equals(digest)) {
      return new IndexContent.Unread(
          access.endpoint().host() + " serves an index that does not match its digest");
    }
    return indexes.keep(digest, answer.body());
  }

  private static IndexContent.Unread unread(Resolution resolution) {
    String reason =
        switch (resolution) {
          case Resolution.Inconclusive inconclusive -> inconclusive.detail();
          case Resolution.Refused refused -> "answered " + refused.status() + " for its index";
          case Resolution.Absent absent -> "answered " + absent.status() + " for its index";
          case Resolution.Found _ -> "gave no index";
        };
    return new IndexContent.Unread(resolution.host() + " " + reason);
  }
}
