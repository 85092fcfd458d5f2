package dev.pullgate.policy;

import dev.pullgate.image.Digest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a registry answered for one manifest: every expected outcome is a value.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests">Distribution
///   specification, pulling manifests</a>
public sealed interface Resolution {
  /// The registry that was asked, as it was connected to, for example `registry-1.docker.io`.
  String host();

  /// The manifest is there.
  ///
  /// @param foundDigest as the registry states it; absent with registries that leave it out
  /// @param mediaType the type of the manifest, or empty
  /// @param provenAt when this was so, of an answer from memory while the registry gives none;
  ///   absent for one that holds now
  record Found(
      String host,
      @Nullable Digest foundDigest,
      String mediaType,
      Access access,
      @Nullable Instant provenAt)
      implements Resolution {
    /// An answer that holds now.
    public Found(String host, @Nullable Digest foundDigest, String mediaType, Access access) {
      this(host, foundDigest, mediaType, access, null);
    }

    /// The same answer from memory, while the registry gives none.
    ///
    /// @param since when it was so
    public Found stale(Instant since) {
      return new Found(host, foundDigest, mediaType, access, since);
    }

    /// When this was so, where the registry gives no answer now.
    public Optional<Instant> staleSince() {
      return Optional.ofNullable(provenAt);
    }

    /// The digest that the reference has now; had then, where this is stale.
    public Optional<Digest> digest() {
      return Optional.ofNullable(foundDigest);
    }
  }

  /// The registry proves that there is none.
  record Absent(String host, int status, Access access) implements Resolution {}

  /// The registry refuses access.
  record Refused(String host, int status, Access access) implements Resolution {
    /// Whether the nodes may be served all the same, since they have a login with which nobody
    /// asked.
    public boolean unproven(RegistrySettings settings) {
      return settings.nodeCredentials() && !access.withThoseOfNodes();
    }
  }

  /// Nothing is proven.
  sealed interface Inconclusive extends Resolution {
    /// One clause that can follow the registry's name, for example `answered 429`.
    String detail();
  }

  /// The registry limits requests.
  record RateLimited(String host, String detail) implements Inconclusive {}

  /// No answer came.
  record Unreachable(String host, Cause cause, String detail) implements Inconclusive {}

  /// An answer came that cannot be used.
  record RegistryError(String host, String detail) implements Inconclusive {}

  /// Why no answer came.
  enum Cause {
    /// The name has no address.
    DNS,
    /// The connection was refused or broke.
    CONNECT,
    /// The time was used up.
    TIMEOUT,
    /// The certificate or the handshake failed.
    TLS,
    /// The proxy of the gate's environment gave no way.
    PROXY,
    /// The gate's own limits left no time to ask: nothing is known of the registry.
    NOT_ASKED
  }
}
