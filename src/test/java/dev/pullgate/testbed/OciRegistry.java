package dev.pullgate.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A real registry (distribution) on loopback, by plain HTTP but for the one with tokens, with a
/// storage of its own.
public final class OciRegistry implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String DEFAULT_PLATFORM = "linux/amd64";

  /// Such as `127.0.0.1 - - [22/Nov/2026:16:00:00 +0000] "GET /v2/ HTTP/1.1" 200 2 "" "crane/v0"`.
  private static final Pattern ACCESS =
      Pattern.compile("^[^\"]*\"(\\S+ \\S+) [^\"]*\" (\\d{3}) .*$", Pattern.MULTILINE);

  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

  private final Tools tools;
  private final Workspace workspace;
  private final RegistryAccess access;
  private final String proxy;
  private final String host;
  private BackgroundProcess process;

  private OciRegistry(Tools tools, Workspace workspace, RegistryAccess access, String proxy) {
    this.tools = tools;
    this.workspace = workspace;
    this.access = access;
    this.proxy = proxy;
    this.process = launch(0);
    this.host = "127.0.0.1:" + awaitPort();
    Secrets.write(workspace.folder().resolve("config.json"), dockerConfigJson());
  }

  /// Starts a registry that everybody may use.
  ///
  /// @param tools of {@link Tools#registry}
  /// @param parent it lives in a folder of this, and ends with it at the latest
  /// @param name of that folder, such as "open-registry"
  /// @throws TestBedException when it does not start, with the end of its log
  public static OciRegistry open(Tools tools, Workspace parent, String name) {
    return start(tools, parent, name, new RegistryAccess.Everybody(), "");
  }

  /// Starts a pull-through cache that everybody may use: it fetches from another registry what it
  /// is asked for and does not have yet. Nothing can be pushed to it; otherwise as {@link #open}.
  ///
  /// @param upstream a registry that everybody may use
  /// @see <a href="https://distribution.github.io/distribution/recipes/mirror/">mirror</a>
  public static OciRegistry cache(
      Tools tools, Workspace parent, String name, OciRegistry upstream) {
    String proxy = "proxy:\n  remoteurl: http://%s\n".formatted(upstream.host());
    return start(tools, parent, name, new RegistryAccess.Everybody(), proxy);
  }

  /// Starts a registry that asks for a login (HTTP Basic) for everything; otherwise as {@link
  /// #open}.
  public static OciRegistry htpasswd(
      Tools tools, Workspace parent, String name, Credentials login) {
    return start(tools, parent, name, new RegistryAccess.Password(login), "");
  }

  /// Starts a registry that asks for a token of an issuer, and is reached by HTTPS with the
  /// issuer's certificate; otherwise as {@link #open}.
  ///
  /// @param login an account that the issuer permits to push
  public static OciRegistry token(
      Tools tools, Workspace parent, String name, TokenIssuer issuer, Credentials login) {
    return start(tools, parent, name, new RegistryAccess.Token(issuer, login), "");
  }

  private static OciRegistry start(
      Tools tools, Workspace parent, String name, RegistryAccess access, String proxy) {
    Workspace workspace = parent.nested(name);
    try {
      return new OciRegistry(tools, workspace, access, proxy);
    } catch (RuntimeException e) {
      workspace.close();
      throw e;
    }
  }

  /// The registry part of its image references, such as "127.0.0.1:41234".
  public String host() {
    return host;
  }

  /// The login with which one may push, if it asks for any.
  public Optional<Credentials> login() {
    return Optional.of(access.login()).filter(it -> !it.equals(Credentials.NONE));
  }

  /// The content of a Docker `config.json`, or of a Secret of type
  /// `kubernetes.io/dockerconfigjson`, with the login for this registry.
  public String dockerConfigJson() {
    String entry =
        login()
            .map(it -> it.username() + ":" + it.password())
            .map(it -> Base64.getEncoder().encodeToString(it.getBytes(StandardCharsets.UTF_8)))
            .map(it -> "\"%s\":{\"auth\":\"%s\"}".formatted(host, it))
            .orElse("");
    return "{\"auths\":{" + entry + "}}";
  }

  /// Pushes a tiny image for linux/amd64.
  ///
  /// @param repositoryAndTag such as "shop/web:1.2.3"; another one gives another digest
  /// @return the digest of its manifest, such as "sha256:0f3a…"
  public String push(String repositoryAndTag) {
    return push(repositoryAndTag, List.of(DEFAULT_PLATFORM), List.of());
  }

  /// Pushes an image index with a tiny image for each platform.
  ///
  /// @param platforms such as "linux/amd64", "linux/arm/v7"
  /// @return the digest of the index
  public String pushIndex(String repositoryAndTag, String... platforms) {
    return push(repositoryAndTag, List.of(platforms), List.of("--index"));
  }

  /// Gives what was pushed another tag.
  ///
  /// @param repositoryAndTag such as "shop/web:1.2.3"
  /// @param tag such as "latest"
  public void tag(String repositoryAndTag, String tag) {
    List<String> command =
        List.of(tools.get("crane").toString(), "tag", host + "/" + repositoryAndTag, tag);
    ProcessBuilder builder = workspace.isolated(command);
    builder.environment().put("DOCKER_CONFIG", workspace.folder().toString());
    workspace.run("crane", builder, "", TIMEOUT).stdoutOrThrow("crane tag " + tag);
  }

  /// The access log, in Apache's combined format.
  public Path log() {
    return workspace.folder().resolve("access.log");
  }

  /// The requests so far in the order of their end, such as "HEAD /v2/shop/web/manifests/1.2.3
  /// 200". Pushes of this class are among them: count from the size before.
  public List<String> requests() {
    try {
      return ACCESS
          .matcher(Files.readString(log()))
          .results()
          .map((MatchResult line) -> line.group(1) + " " + line.group(2))
          .toList();
    } catch (IOException e) {
      throw new TestBedException("cannot read " + log() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    workspace.close();
  }

  /// Ends its process; what was pushed stays.
  public void stop() {
    process.close();
  }

  /// Starts it again after [#stop], at the same address.
  public void start() {
    process = launch(Integer.parseInt(host.substring(host.indexOf(':') + 1)));
    int _ = awaitPort();
  }

  private BackgroundProcess launch(int port) {
    Path file = Secrets.write(workspace.folder().resolve("registry.yaml"), configuration(port));
    ProcessBuilder command =
        workspace.isolated(List.of(tools.get("registry").toString(), "serve", file.toString()));
    command.environment().put("OTEL_TRACES_EXPORTER", "none");
    command.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    return workspace.start("registry", command);
  }

  /// Returns the port, which the registry chooses and writes into its log.
  private int awaitPort() {
    AtomicInteger port = new AtomicInteger();
    process.awaitReady(() -> port.set(portIn(process.log())), TIMEOUT);
    return port.get();
  }

  private static int portIn(Path log) throws IOException {
    Matcher listening = LISTENING.matcher(Files.readString(log));
    if (!listening.find()) {
      throw new IOException("it does not listen");
    }
    return Integer.parseInt(listening.group(1));
  }

  /// See <https://distribution.github.io/distribution/about/configuration/>.
  private String configuration(int port) {
    return """
    version: 0.1
    log:
      level: info
    storage:
      filesystem:
        rootdirectory: "%s"
      delete:
        enabled: true
    http:
      addr: 127.0.0.1:%d
      secret: %s
    """
            .formatted(workspace.folder().resolve("storage"), port, Secrets.random())
        + certificate()
        + access.authentication(tools, workspace)
        + proxy;
  }

  /// Ends the `http` section.
  private String certificate() {
    if (!(access instanceof RegistryAccess.Token token)) {
      return "";
    }
    return """
      tls:
        certificate: "%s"
        key: "%s"
    """
        .formatted(token.issuer().tls().certificateFile(), token.issuer().tls().keyFile());
  }

  private String push(String repositoryAndTag, List<String> platforms, List<String> flags) {
    Path layout = workspace.folder().resolve("layout-" + Secrets.random());
    try {
      ImageLayout.write(layout, repositoryAndTag, platforms);
      List<String> command = new ArrayList<>(List.of(tools.get("crane").toString(), "push"));
      command.addAll(flags);
      command.addAll(List.of(layout.toString(), host + "/" + repositoryAndTag));
      ProcessBuilder builder = workspace.isolated(command);
      builder.environment().put("DOCKER_CONFIG", workspace.folder().toString());
      if (access instanceof RegistryAccess.Token token) {
        builder.environment().put("SSL_CERT_FILE", token.issuer().tls().authorityFile().toString());
      }
      String pushed =
          workspace
              .run("crane", builder, "", TIMEOUT)
              .stdoutOrThrow("crane push of " + repositoryAndTag);
      Workspace.deleteTree(layout);
      return pushed.strip().substring(pushed.indexOf('@') + 1);
    } catch (IOException e) {
      throw new TestBedException("cannot push " + repositoryAndTag + ": " + e.getMessage(), e);
    }
  }
}
