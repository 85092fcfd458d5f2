package dev.pullgate.registry;

import java.time.Duration;

/// What a token issuer answered.
sealed interface TokenAnswer {
  /// A token. Never printed.
  ///
  /// @param lifetime from now, as the issuer says
  record Issued(String token, Duration lifetime) implements TokenAnswer {
    String authorization() {
      return "Bearer " + token;
    }

    @Override
    public String toString() {
      return "Issued[" + lifetime + "]";
    }
  }

  /// The issuer refuses the login, or anonymous access.
  record Refused(int status) implements TokenAnswer {}

  /// The issuer limits requests.
  record Limited() implements TokenAnswer {}

  /// Nothing that can be used.
  ///
  /// @param reason a clause that can follow the registry's name
  record Unusable(String reason) implements TokenAnswer {}
}
