package dev.pullgate.credential;

/// Where a credential stands; safe to show, unlike the credential itself.
///
/// @param secret the name of the pull secret
/// @param key the key under `auths`, without what may be a login, and cut where it is long
public record CredentialSource(String secret, String key) {}
