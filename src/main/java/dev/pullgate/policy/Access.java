package dev.pullgate.policy;

import dev.pullgate.credential.CredentialSource;
import java.util.List;

/// With which credentials a registry was asked.
///
/// @param sent those that were really sent, in order; empty for anonymous access
public record Access(List<CredentialSource> sent) {
  /// No credential was sent.
  public static final Access ANONYMOUS = new Access(List.of());

  /// Copies the sources.
  public Access {
    sent = List.copyOf(sent);
  }

  /// Whether no credential was sent.
  public boolean anonymous() {
    return sent.isEmpty();
  }

  /// A clause for messages: `anonymously`, or `with the credentials of secret "regcred"`.
  public String describe() {
    if (sent.isEmpty()) {
      return "anonymously";
    }
    List<String> names =
        sent.stream().map(source -> '"' + source.secret() + '"').distinct().toList();
    return "with the credentials of secret " + String.join(" and ", names);
  }
}
