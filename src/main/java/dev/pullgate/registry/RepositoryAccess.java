package dev.pullgate.registry;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.Access;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Asks for something of one repository with the access that containerd would use: without a login
/// first, each credential only after a challenge, and never back to anonymous access.
///
/// @see <a
///   href="https://github.com/containerd/containerd/blob/v2.2.1/core/remotes/docker/authorizer.go">authorizer.go</a>
final class RepositoryAccess {
  private final Requests requests;
  private final AccessMemory memory;
  private final Predicate<String> declared;
  private final ImageReference reference;
  private final RegistrySettings settings;
  private final Endpoint endpoint;

  /// What is asked for.
  interface Question {
    /// Sends one request.
    ///
    /// @param authorization the header to send with it
    Answer ask(Optional<String> authorization) throws IOException;
  }

  /// Where one way of access led.
  sealed interface Attempt {}

  /// To an answer of the registry. Never printed: it holds what gave access.
  record Answered(Answer answer, Access access, Optional<String> authorization) implements Attempt {
    @Override
    public String toString() {
      return "Answered[" + answer.status() + ", " + access + "]";
    }
  }

  /// Nowhere: there was no token, or nothing to send.
  record Failed(Resolution resolution) implements Attempt {}

  /// Takes the repository of a reference.
  ///
  /// @param declared whether a `host[:port]` was declared by the platform team
  RepositoryAccess(
      Requests requests,
      AccessMemory memory,
      Predicate<String> declared,
      ImageReference reference,
      RegistrySettings settings) {
    this.requests = requests;
    this.memory = memory;
    this.declared = declared;
    this.reference = reference;
    this.settings = settings;
    this.endpoint = Endpoint.of(reference, settings);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  ImageReference reference() {
    return reference;
  }

  Requests requests() {
    return requests;
  }

  /// Asks with one access after the other until an answer is enough. A challenge that was met
  /// lately is answered at once; where that does not lead to a proven answer, everything is asked
  /// again from the start.
  ///
  /// @param area of the repository; one area may be challenged in another way than the next
  /// @return at least one; only the last can be enough
  /// @throws IOException when no usable answer came
  List<Attempt> ask(
      AccessMemory.Area area,
      List<Credential> credentials,
      Question question,
      Predicate<Answer> enough)
      throws IOException {
    AccessMemory.Key key =
        new AccessMemory.Key(
            settings,
            endpoint,
            reference.repository(),
            area,
            credentials.stream()
                .map(credential -> memory.fingerprint(Optional.of(credential)))
                .toList());
    Optional<List<Attempt>> known = again(key, credentials, question, enough);
    if (known.isPresent()) {
      return known.get();
    }
    Answer answer = question.ask(Optional.empty());
    if (answer.status() != 401) {
      return List.of(new Answered(answer, Access.ANONYMOUS, Optional.empty()));
    }
    Optional<Challenge> challenge = Challenge.choose(answer.headers("www-authenticate"));
    if (challenge.isEmpty()) {
      return List.of(error("answered 401 without a challenge that is known"));
    }
    List<Attempt> attempts = withEach(challenge.get(), credentials, question, enough);
    if (proven(attempts)) {
      memory.remember(key, challenge.get());
    }
    return attempts;
  }

  /// Answers a challenge that was met lately; empty where there is none, and where it led nowhere.
  private Optional<List<Attempt>> again(
      AccessMemory.Key key,
      List<Credential> credentials,
      Question question,
      Predicate<Answer> enough)
      throws IOException {
    Optional<Challenge> remembered = memory.challenge(key);
    if (remembered.isEmpty()) {
      return Optional.empty();
    }
    boolean proven = false;
    try {
      List<Attempt> attempts = withEach(remembered.get(), credentials, question, enough);
      proven = proven(attempts);
      return Optional.of(attempts).filter(RepositoryAccess::proven);
    } finally {
      if (!proven) {
        memory.forget(key);
      }
    }
  }

  private static boolean proven(List<Attempt> attempts) {
    return attempts.getLast() instanceof Answered last
        && (last.answer().success() || last.answer().status() == 404);
  }

  private Failed error(String detail) {
    return new Failed(new Resolution.RegistryError(endpoint.host(), detail));
  }

  private List<Attempt> withEach(
      Challenge challenge,
      List<Credential> credentials,
      Question question,
      Predicate<Answer> enough)
      throws IOException {
    if (credentials.isEmpty()) {
      return List.of(attempt(challenge, Optional.empty(), question, Access.ANONYMOUS));
    }
    List<Attempt> attempts = new ArrayList<>();
    for (Credential credential : credentials) {
      List<Credential> incomplete = complete(credential) ? List.of() : List.of(credential);
      Access access =
          new Access(
              List.of(credential.source()), incomplete.stream().map(Credential::source).toList());
      Optional<Credential> sent = Optional.of(credential).filter(RepositoryAccess::complete);
      Attempt attempt = attempt(challenge, sent, question, access);
      attempts.add(attempt);
      if (attempt instanceof Answered answered && enough.test(answered.answer())) {
        break;
      }
    }
    return attempts;
  }

  /// Of a credential without a user name or without a password containerd sends neither: it then
  /// fetches an anonymous token, and has nothing to answer to a password challenge.
  private static boolean complete(Credential credential) {
    return !credential.username().isEmpty() && !credential.password().isEmpty();
  }

  private Attempt attempt(
      Challenge challenge, Optional<Credential> credential, Question question, Access access)
      throws IOException {
    return switch (challenge) {
      case Challenge.Basic _ -> basic(credential, question, access);
      case Challenge.Bearer bearer -> bearer(bearer, credential, question, access);
    };
  }

  private Attempt basic(Optional<Credential> credential, Question question, Access access)
      throws IOException {
    if (credential.isEmpty()) {
      return new Failed(new Resolution.Refused(endpoint.host(), 401, access));
    }
    Optional<String> authorization = credential.map(TokenExchange::basicAuthorization);
    return new Answered(question.ask(authorization), access, authorization);
  }

  private Attempt bearer(
      Challenge.Bearer challenge, Optional<Credential> credential, Question question, Access access)
      throws IOException {
    TokenRequest request;
    try {
      request =
          TokenRequest.of(
              challenge,
              endpoint.manifest(reference),
              reference.repository(),
              settings,
              credential,
              declared);
    } catch (TokenRequest.RefusedRealmException e) {
      return error(e.reason());
    }
    TokenCache.Key key =
        new TokenCache.Key(
            endpoint.host(), settings, request.uri(), memory.fingerprint(request.credential()));
    TokenCache.Taken taken = token(key, request);
    Attempt attempt = withToken(taken.answer(), key, question, access);
    if (!taken.own() && attempt instanceof Answered answered && answered.answer().refused()) {
      // A token that was kept may have been withdrawn: only a new one proves a refusal.
      return withToken(token(key, request).answer(), key, question, access);
    }
    return attempt;
  }

  private TokenCache.Taken token(TokenCache.Key key, TokenRequest request) throws IOException {
    URI realm = request.realm();
    requests.asking(realm);
    return memory
        .tokens()
        .get(key, requests.deadline(), () -> new TokenExchange(requests).fetch(request));
  }

  private Attempt withToken(
      TokenAnswer answer, TokenCache.Key key, Question question, Access access) throws IOException {
    String host = endpoint.host();
    return switch (answer) {
      case TokenAnswer.Issued issued -> {
        Optional<String> authorization = Optional.of(issued.authorization());
        Answer answered = question.ask(authorization);
        if (answered.refused()) {
          memory.tokens().forget(key, issued);
        }
        yield new Answered(answered, access, authorization);
      }
      case TokenAnswer.Refused refused ->
          new Failed(new Resolution.Refused(host, refused.status(), access));
      case TokenAnswer.Limited _ ->
          new Failed(new Resolution.RateLimited(host, "limits requests (its token issuer: 429)"));
      case TokenAnswer.Unusable unusable -> error(unusable.reason());
    };
  }
}
