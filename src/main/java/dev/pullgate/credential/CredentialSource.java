package dev.pullgate.credential;

/// Where a credential stands; safe to show, unlike the credential itself.
///
/// @param secret the name of the pull secret; with its namespace before a slash where it stands for
///   what the nodes have
/// @param key the key under `auths`, without what may be a login, and cut where it is long
public record CredentialSource(String secret, String key) {
  /// Whether this is what the nodes send, not the pod. No name holds a slash.
  public boolean ofNodes() {
    return secret.indexOf('/') >= 0;
  }
}
