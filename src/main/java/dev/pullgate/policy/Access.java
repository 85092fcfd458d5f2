package dev.pullgate.policy;

import dev.pullgate.credential.CredentialSource;
import java.util.List;

/// With which credentials a registry was asked.
///
/// @param sent those whose turn came, in order; empty for anonymous access
/// @param incomplete those of them that lack a user name or a password: runtimes then send nothing,
///   and nothing was sent
public record Access(List<CredentialSource> sent, List<CredentialSource> incomplete) {
  /// No credential was sent.
  public static final Access ANONYMOUS = new Access(List.of());

  /// Copies the sources.
  public Access {
    sent = List.copyOf(sent);
    incomplete = List.copyOf(incomplete);
  }

  /// With complete credentials.
  public Access(List<CredentialSource> sent) {
    this(sent, List.of());
  }

  /// Whether there was no credential to send.
  public boolean anonymous() {
    return sent.isEmpty();
  }

  /// Whether what the nodes send was among it.
  public boolean withThoseOfNodes() {
    return sent.stream().anyMatch(CredentialSource::ofNodes);
  }

  /// A clause for messages: `anonymously`, or `with the credentials of secret "regcred"`.
  public String describe() {
    if (sent.isEmpty()) {
      return "anonymously";
    }
    String lacking =
        incomplete.isEmpty()
            ? ""
            : " (nothing is sent of "
                + names(incomplete)
                + ", which lacks a user name or a password)";
    return "with the credentials of secret " + names(sent) + lacking;
  }

  private static String names(List<CredentialSource> sources) {
    List<String> names =
        sources.stream().map(source -> '"' + source.secret() + '"').distinct().toList();
    return String.join(" and ", names);
  }
}
