package dev.pullgate.credential;

import java.net.Inet6Address;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A key of a pull secret, or an image name, as host parts, port and path: what the kubelet
/// compares.
///
/// @param text by which the kubelet sorts its keys and looks one up
/// @param hostParts the host cut at its dots; a part of a key may hold `*`
/// @param port the digits behind the colon, or empty; compared as text
/// @param path empty, or begins with a slash
/// @see <a
///   href="https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/credentialprovider/keyring.go">keyring.go</a>
record KeyringKey(String text, List<String> hostParts, String port, String path) {
  /// What Go's `url.Parse` takes as an authority, but for what no image can have: escapes, text
  /// beyond ASCII, and IPv6 literals with a zone or in dotted form.
  private static final Pattern AUTHORITY =
      Pattern.compile(
          "(?:(?<user>.*)@)?(?:\\[(?<address>[0-9A-Fa-f:]+)\\]"
              + "|(?<host>[A-Za-z0-9\\-_.~!$&'()*+,;=<>\"\\]]*))(?<port>:[0-9]*)?");

  private static final int MOST_SHOWN = 120;
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");
  private static final Pattern PORT = Pattern.compile(":[0-9]*$");
  private static final Pattern USER =
      Pattern.compile("(?:[A-Za-z0-9\\-_.~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*+");
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  KeyringKey {
    hostParts = List.copyOf(hostParts);
  }

  /// Host with port, and path, of a URL.
  private record Url(String host, String path) {}

  /// Reads a key as written under `auths`; empty where it can match no image, among them those that
  /// Go's `url.Parse` refuses.
  static Optional<KeyringKey> ofEntry(String written) {
    String rest = written;
    for (String scheme : List.of("https://", "http://")) {
      if (written.startsWith(scheme)) {
        rest = written.substring(scheme.length());
        break;
      }
    }
    // The kubelet parses a key twice, so that an escaped '#' or '?' in it ends the path after all.
    return url(rest)
        .map(KeyringKey::textOf)
        .flatMap(KeyringKey::parse)
        // Without a port the brackets stay, and to the kubelet they are a class of characters.
        .filter(key -> !key.hostParts.getFirst().startsWith("["));
  }

  /// A key as it may be shown: scheme, host, port and path, cut where it is long. What people put
  /// around an address may be a login.
  static String shown(String written) {
    int at = written.lastIndexOf('@');
    int query = end(written);
    if (query < at) {
      // A query that holds an '@', or a login that holds a '?': not to be told apart.
      return "…";
    }
    Matcher scheme = SCHEME.matcher(written);
    String begin = scheme.lookingAt() ? scheme.group() : "";
    String address = written.substring(at < 0 ? begin.length() : at + 1, query);
    int slash = address.indexOf('/');
    String authority = slash < 0 ? address : address.substring(0, slash);
    int colon = authority.lastIndexOf(':');
    boolean port = colon < 0 || authority.endsWith("]") || PORT.matcher(authority).find();
    return cut(begin + (port ? address : address.substring(0, colon) + ":…"));
  }

  private static int end(String written) {
    for (int i = 0; i < written.length(); i++) {
      if (written.charAt(i) == '?' || written.charAt(i) == '#') {
        return i;
      }
    }
    return written.length();
  }

  /// Bounds text of a tenant.
  static String cut(String text) {
    if (text.length() <= MOST_SHOWN) {
      return text;
    }
    boolean withinPair = Character.isHighSurrogate(text.charAt(MOST_SHOWN - 1));
    return text.substring(0, withinPair ? MOST_SHOWN - 1 : MOST_SHOWN) + "…";
  }

  /// Reads the name of an image, `registry/repository`.
  static Optional<KeyringKey> ofImage(String name) {
    return parse(name);
  }

  private static String textOf(Url url) {
    String path = url.path();
    if (path.startsWith("/v1/") || path.startsWith("/v2/")) {
      path = path.substring("/v1".length());
    }
    return path.equals("/") ? url.host() : url.host() + path;
  }

  private static Optional<KeyringKey> parse(String text) {
    return url(text)
        .map(url -> {
          String host = url.host();
          int colon = host.lastIndexOf(':');
          boolean literal = host.startsWith("[");
          if (colon < 0 || host.endsWith("]")) {
            return new KeyringKey(text, literal ? List.of(host) : parts(host), "", url.path());
          }
          String name = host.substring(0, colon);
          return new KeyringKey(
              text,
              literal ? List.of(name.substring(1, name.length() - 1)) : parts(name),
              host.substring(colon + 1),
              url.path());
        });
  }

  private static List<String> parts(String host) {
    return List.of(host.split("\\.", -1));
  }

  private static Optional<Url> url(String text) {
    int hash = text.indexOf('#');
    String url = hash < 0 ? text : text.substring(0, hash);
    String fragment = hash < 0 ? "" : text.substring(hash);
    if (CONTROL.matcher(url).find() || BAD_ESCAPE.matcher(fragment).find()) {
      return Optional.empty();
    }
    int query = url.indexOf('?');
    String address = query < 0 ? url : url.substring(0, query);
    int slash = address.indexOf('/');
    String rawPath = slash < 0 ? "" : address.substring(slash);
    Matcher authority = AUTHORITY.matcher(slash < 0 ? address : address.substring(0, slash));
    if (!authority.matches() || BAD_ESCAPE.matcher(rawPath).find()) {
      return Optional.empty();
    }
    String user = authority.group("user");
    String literal = authority.group("address");
    if ((user != null && !USER.matcher(user).matches()) || (literal != null && !isIpv6(literal))) {
      return Optional.empty();
    }
    String host = literal == null ? String.valueOf(authority.group("host")) : "[" + literal + "]";
    String port = authority.group("port");
    // URLDecoder would turn a plus into a blank, which a path does not.
    String path = URLDecoder.decode(rawPath.replace("+", "%2B"), StandardCharsets.UTF_8);
    return Optional.of(new Url(port == null ? host : host + port, path));
  }

  private static boolean isIpv6(String literal) {
    try {
      return Inet6Address.ofLiteral(literal) != null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /// Whether this key serves the image.
  boolean matches(KeyringKey image) {
    return port.equals(image.port) && image.path.startsWith(path) && matchesHost(image);
  }

  /// Whether the host of this key stands for the image's, whatever the ports.
  boolean matchesHost(KeyringKey image) {
    if (hostParts.size() != image.hostParts.size()) {
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

  @Override
  public String toString() {
    return text;
  }
}
