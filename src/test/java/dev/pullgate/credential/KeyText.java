package dev.pullgate.credential;

/// What tests in other packages may know of a key.
public final class KeyText {
  private KeyText() {}

  /// The text by which the kubelet sorts the key of a credential.
  public static String of(Credential credential) {
    return KeyringKey.ofEntry(credential.source().key()).map(KeyringKey::toString).orElse("");
  }
}
