package dev.pullgate.testbed;

/// A login of a registry.
public record Credentials(String username, String password) {
  /// No login.
  static final Credentials NONE = new Credentials("", "");

  @Override
  public String toString() {
    return "Credentials[username=" + username + ", password hidden]";
  }
}
