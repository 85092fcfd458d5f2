package dev.pullgate.credential;

/// A login that the kubelet would send. Never printed: `toString` names the source only.
///
/// @param username the account; empty where the entry has none
/// @param password the password or token; empty where the entry has none, and then an anonymous
///   token is fetched
/// @param source where the login stands
public record Credential(String username, String password, CredentialSource source) {
  @Override
  public String toString() {
    return "Credential[" + source.secret() + ", " + source.key() + "]";
  }
}
