package dev.pullgate.credential;

/// A key of a pull secret that does not serve an image, though it was perhaps meant to.
///
/// @param source the secret and its key
/// @param kind what keeps them apart
/// @param reason a clause that follows the key, for example `names port 5000, and the image has
///   none`; of the key it shows host, port and path only
public record NearMiss(CredentialSource source, Kind kind, String reason) {
  /// What keeps a key and an image apart, the smallest mistake first.
  public enum Kind {
    /// A blank before or behind the key.
    BLANK,
    /// The host in other letters, and case counts.
    CASE,
    /// `/v1` or `/v2` without the slash behind it is a path.
    LAST_SLASH,
    /// A scheme that is not taken off.
    SCHEME,
    /// A name of Docker Hub that does not stand for `docker.io`.
    DOCKER_HUB,
    /// It serves the source of the image, and the image comes from a mirror.
    MIRROR,
    /// The port is another, or only one of them has one.
    PORT,
    /// It is for other repositories of the same registry.
    PATH,
    /// `*` stands for one part of a host, neither for none nor for several.
    WILDCARD,
    /// It is for a host above or below.
    DOMAIN,
    /// The hosts differ by a letter or two.
    SPELLING,
    /// It is no address, so that the kubelet passes over it.
    UNREADABLE
  }
}
