package dev.pullgate.credential;

/// Where a credential stands; safe to show, unlike the credential itself.
///
/// @param secret the name of the pull secret
/// @param key the key under `auths`, as written there
public record CredentialSource(String secret, String key) {}
