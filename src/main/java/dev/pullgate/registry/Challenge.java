package dev.pullgate.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.client5.http.impl.auth.AuthChallengeParser;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.ParserCursor;

/// What a registry asks for with `WWW-Authenticate`.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate">RFC 9110, 11.6.1</a>
/// @see <a href="https://distribution.github.io/distribution/spec/auth/token/">token
///   authentication</a>
sealed interface Challenge {
  /// User name and password with each request.
  record Basic() implements Challenge {}

  /// A token from an issuer.
  ///
  /// @param parameters all of them by lower-case name, `realm`, `service` and `scope` among them
  record Bearer(Map<String, String> parameters) implements Challenge {
    public Bearer {
      parameters = Map.copyOf(parameters);
    }

    Optional<String> realm() {
      return Optional.ofNullable(parameters.get("realm"));
    }
  }

  /// The challenge to answer: a token where one is offered, else a password; empty where there is
  /// none that is known.
  static Optional<Challenge> choose(List<String> headers) {
    List<Challenge> known = new ArrayList<>();
    for (String header : headers) {
      for (String challenge : ChallengeSplitter.split(header)) {
        known.addAll(parse(challenge));
      }
    }
    return known.stream()
        .filter(Bearer.class::isInstance)
        .findFirst()
        .or(() -> known.stream().findFirst());
  }

  /// None where the scheme is unknown or the text breaks the grammar; the parser fails on a list
  /// with a scheme alone, so it gets one challenge at a time.
  private static List<Challenge> parse(String text) {
    List<Challenge> challenges = new ArrayList<>();
    try {
      for (AuthChallenge challenge :
          new AuthChallengeParser()
              .parse(ChallengeType.TARGET, text, new ParserCursor(0, text.length()))) {
        switch (challenge.getSchemeName().toLowerCase(Locale.ROOT)) {
          case "basic" -> challenges.add(new Basic());
          case "bearer" -> challenges.add(new Bearer(parameters(challenge)));
          default -> {}
        }
      }
    } catch (ParseException _) {
      return List.of();
    }
    return challenges;
  }

  private static Map<String, String> parameters(AuthChallenge challenge) {
    Map<String, String> parameters = new TreeMap<>();
    List<NameValuePair> pairs = challenge.getParams();
    if (pairs != null) {
      for (NameValuePair pair : pairs) {
        String value = pair.getValue();
        parameters.putIfAbsent(pair.getName().toLowerCase(Locale.ROOT), value == null ? "" : value);
      }
    }
    return parameters;
  }
}
