package dev.pullgate.testbed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Whom a registry lets in, and how its configuration says so.
sealed interface RegistryAccess {
  /// The login with which the test bed pushes, or none.
  Credentials login();

  /// The `auth` section, and the files that it names.
  String authentication(Tools tools, Workspace workspace);

  /// Everybody may do everything, by plain HTTP.
  record Everybody() implements RegistryAccess {
    @Override
    public Credentials login() {
      return Credentials.NONE;
    }

    @Override
    public String authentication(Tools tools, Workspace workspace) {
      return "";
    }
  }

  /// Whoever has the one login may do everything, by plain HTTP.
  record Password(Credentials login) implements RegistryAccess {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @Override
    public String authentication(Tools tools, Workspace workspace) {
      ProcessBuilder command =
          workspace.isolated(List.of(tools.get("htpasswd").toString(), login.username()));
      String line =
          workspace
              .run("htpasswd", command, login.password(), TIMEOUT)
              .stdoutOrThrow("htpasswd for a registry");
      Path file = Secrets.write(workspace.folder().resolve("htpasswd"), line);
      return """
      auth:
        htpasswd:
          realm: testbed
          path: "%s"
      """
          .formatted(file);
    }
  }

  /// Whoever has a token of the issuer may do what it says, by HTTPS with the issuer's certificate.
  record Token(TokenIssuer issuer, Credentials login) implements RegistryAccess {
    @Override
    public String authentication(Tools tools, Workspace workspace) {
      Path keys = Secrets.write(workspace.folder().resolve("jwks.json"), issuer.keySet());
      return issuer.configuration(keys.toString());
    }
  }
}
