package dev.pullgate.credential;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A key of a pull secret, or an image name, as host parts, port and path: what the kubelet
/// compares.
///
/// @param hostParts the host cut at its dots; a part of a key may hold `*`
/// @param port the digits behind the colon, or empty; compared as text
/// @param path empty, or begins with a slash
/// @see <a
///   href="https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/credentialprovider/keyring.go">keyring.go</a>
record KeyringKey(List<String> hostParts, String port, String path) {
  /// What Go's `url.Parse` takes as an authority without IPv6 literals.
  private static final Pattern AUTHORITY =
      Pattern.compile(
          "(?<host>[A-Za-z0-9\\-_.~!$&'()*+,;=<>\"\\x80-\\x{10FFFF}]*)(?::(?<port>[0-9]*))?");

  private static final Pattern IPV6_AUTHORITY =
      Pattern.compile("(?<host>\\[[0-9A-Fa-f:.]+\\])(?::(?<port>[0-9]*))?");
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  KeyringKey {
    hostParts = List.copyOf(hostParts);
  }

  /// Reads a key as written under `auths`; empty where Go's `url.Parse` refuses it.
  static Optional<KeyringKey> ofEntry(String text) {
    String rest = text;
    for (String scheme : List.of("https://", "http://")) {
      if (text.startsWith(scheme)) {
        rest = text.substring(scheme.length());
        break;
      }
    }
    return parse(rest).map(KeyringKey::withoutVersionPath);
  }

  /// Reads the name of an image, `registry/repository`.
  static Optional<KeyringKey> ofImage(String name) {
    return parse(name);
  }

  private static Optional<KeyringKey> parse(String text) {
    if (CONTROL.matcher(text).find()) {
      return Optional.empty();
    }
    String url = before(before(text, '#'), '?');
    int slash = url.indexOf('/');
    String authority = slash < 0 ? url : url.substring(0, slash);
    String rawPath = slash < 0 ? "" : url.substring(slash);
    if (BAD_ESCAPE.matcher(rawPath).find()) {
      return Optional.empty();
    }
    String hostAndPort = authority.substring(authority.lastIndexOf('@') + 1);
    Matcher matcher = AUTHORITY.matcher(hostAndPort);
    if (!matcher.matches()) {
      matcher = IPV6_AUTHORITY.matcher(hostAndPort);
      if (!matcher.matches()) {
        return Optional.empty();
      }
    }
    String port = matcher.group("port");
    String host = String.valueOf(matcher.group("host"));
    // URLDecoder would turn a plus into a blank, which a path does not.
    String path = URLDecoder.decode(rawPath.replace("+", "%2B"), StandardCharsets.UTF_8);
    return Optional.of(
        new KeyringKey(List.of(host.split("\\.", -1)), port == null ? "" : port, path));
  }

  private static String before(String text, char end) {
    int at = text.indexOf(end);
    return at < 0 ? text : text.substring(0, at);
  }

  private KeyringKey withoutVersionPath() {
    String effective = path;
    if (path.startsWith("/v1/") || path.startsWith("/v2/")) {
      effective = path.substring("/v1".length());
    }
    return new KeyringKey(hostParts, port, effective.equals("/") ? "" : effective);
  }

  /// Whether this key serves the image.
  boolean matches(KeyringKey image) {
    if (!port.equals(image.port)
        || hostParts.size() != image.hostParts.size()
        || !image.path.startsWith(path)) {
      return false;
    }
    for (int i = 0; i < hostParts.size(); i++) {
      if (!matchesPart(hostParts.get(i), image.hostParts.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// Matches one part of a host, in which `*` stands for any run of characters. Linear but for the
  /// stars: the last star alone is widened.
  private static boolean matchesPart(String glob, String text) {
    int g = 0;
    int t = 0;
    int star = -1;
    int starText = 0;
    while (t < text.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        starText = t;
      } else if (g < glob.length() && glob.charAt(g) == text.charAt(t)) {
        g++;
        t++;
      } else if (star >= 0) {
        g = star + 1;
        t = ++starText;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }

  /// The text by which the kubelet sorts its keys and looks one up.
  @Override
  public String toString() {
    return String.join(".", hostParts) + (port.isEmpty() ? "" : ":" + port) + path;
  }
}
