package dev.pullgate.originals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Pull secrets, well-formed and not, whose keys may serve an image or not. Every login is another
/// one, so that a lookup says which entry it took.
final class KeyringInputs {
  private static final String CONFIG_JSON = "kubernetes.io/dockerconfigjson";
  private static final String CONFIG = "kubernetes.io/dockercfg";

  /// As the kubelet looks them up.
  static final List<String> IMAGES =
      List.of(
          "docker.io/library/nginx",
          "docker.io/acme/web",
          "registry-1.docker.io/library/nginx",
          "index.docker.io:443/acme/web",
          "localhost/netd",
          "localhost:5000/x",
          "nginx:443/nginx",
          "LOCAL/netd",
          "quay.io/foo",
          "quay.io/foo/bar",
          "quay.io/foobar",
          "quay.io:443/foo",
          "x.io/v1/r",
          "a.x.io/r",
          "a.b.x.io/r",
          "my_host.example/x",
          "EVIL.COM/x",
          "[::1]:5000/x",
          "[::1]/x",
          "123456.dkr.ecr.eu-west-1.amazonaws.com/a/b");

  private static final List<String> SCHEMES = List.of("", "", "", "https://", "http://");
  private static final List<String> BAD_SCHEMES =
      List.of("HTTPS://", "ftp://", "//", "https:/", "https:", "https://https://", " ");
  private static final List<String> USERS = List.of("", "", "", "", "", "user@", "user:pass@");
  private static final List<String> BAD_USERS =
      List.of("us er@", "u%zz@", "u%40@", "a@b@", "@", ":@", "u[@");
  private static final List<String> HOSTS =
      List.of(
          "docker.io",
          "index.docker.io",
          "index.docker.io",
          "registry-1.docker.io",
          "hub.docker.com",
          "localhost",
          "nginx",
          "LOCAL",
          "quay.io",
          "quay.io",
          "quay.io",
          "x.io",
          "a.x.io",
          "*.x.io",
          "a*.x.io",
          "*.io",
          "q*y.io",
          "quay.*",
          "*",
          "*.*",
          "*.*.*",
          "*.dkr.ecr.*.amazonaws.com",
          "EVIL.COM",
          "QUAY.IO",
          "my_host.example",
          "[::1]",
          "**.io",
          "*a*.io",
          "*u*y*.i*o*");
  private static final List<String> BAD_HOSTS =
      List.of(
          "",
          "?uay.io",
          "[q]uay.io",
          "quay[.]io",
          "quay\\.io",
          "quay..io",
          ".quay.io",
          "quay.io.",
          "quay%2eio",
          "q%75ay.io",
          "[::1%25lo]",
          "[::ffff:1.2.3.4]",
          "[::g]",
          "[",
          "]",
          "::1",
          "qu ay.io",
          "qu\u00e4y.io",
          "quay.io:80:80",
          "<quay>.io",
          "\"quay\".io",
          "q^ay.io");
  private static final List<String> PORTS = List.of("", "", "", "", ":443", ":5000", ":");
  private static final List<String> BAD_PORTS =
      List.of(":0443", ":https", ":*", ":-1", ":99999999999", ": 443");
  private static final List<String> PATHS =
      List.of(
          "",
          "",
          "",
          "",
          "/",
          "/v1/",
          "/v2/",
          "/v1",
          "/v2",
          "/foo",
          "/foo/",
          "/foo/bar",
          "/foobar",
          "/v1/foo",
          "/v2/foo",
          "/v1/v1/",
          "/v2/v2/foo",
          "/library",
          "/library/nginx",
          "/acme/",
          "/acme/web",
          "/%66oo",
          "/r",
          "/x",
          "/v1/r",
          "/v1/v1/r",
          "/nginx",
          "/netd");
  private static final List<String> BAD_PATHS =
      List.of(
          "//",
          "//foo",
          "/foo%2Fbar",
          "/foo%zz",
          "/%",
          "/foo%23",
          "/%3f",
          "/fo+",
          "/foo:1",
          "/foo*",
          "/f?o",
          "/foo bar",
          "/foo\\",
          "/./foo",
          "/../foo",
          "/\u00e4",
          "/%25",
          "/%2566");
  private static final List<String> ENDS = List.of("", "", "", "", "", "?x=y", "#f");
  private static final List<String> BAD_ENDS = List.of("#%", "?%zz", " ", "\n", "\u007f", "?", "#");

  private static final List<String> FIELD_NAMES =
      List.of("auth", "auth", "auth", "Auth", "AUTH", "identitytoken", "email", "provider");

  private final Mutations mutations;
  private int logins;

  /// A secret as the API server holds it.
  record Secret(String name, String type, Map<String, byte[]> data) {
    Secret {
      data = Map.copyOf(data);
    }
  }

  KeyringInputs(Mutations mutations) {
    this.mutations = mutations;
  }

  /// The secrets of one pod, in its order.
  List<Secret> secrets() {
    List<Secret> secrets = new ArrayList<>();
    for (int i = 0, last = mutations.below(3); i <= last; i++) {
      secrets.add(secret("secret-" + i));
    }
    return secrets;
  }

  private Secret secret(String name) {
    boolean json = !mutations.oneIn(4);
    String type =
        mutations.oneIn(20)
            ? mutations.any(List.of("Opaque", "", CONFIG, CONFIG_JSON, CONFIG_JSON + " "))
            : json ? CONFIG_JSON : CONFIG;
    String key = json ? ".dockerconfigjson" : ".dockercfg";
    Map<String, byte[]> data = new LinkedHashMap<>();
    data.put(mutations.oneIn(30) ? "config.json" : key, content(json));
    if (mutations.oneIn(10)) {
      data.put(json ? ".dockercfg" : ".dockerconfigjson", content(!json));
    }
    return new Secret(name, type, data);
  }

  private byte[] content(boolean json) {
    String document = json ? configJson() : entries();
    byte[] bytes = mutations.sometimesChanged(12, document).getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && mutations.oneIn(20)) {
      // What is no UTF-8, and whatever else a single byte can break.
      bytes[mutations.below(bytes.length)] = (byte) mutations.below(256);
    }
    return bytes;
  }

  private String configJson() {
    List<String> fields = new ArrayList<>();
    fields.add(
        text(mutations.mostly(List.of("auths"), List.of("Auths", "AUTHS", "auth\u017f", "auth")))
            + ":"
            + entries());
    if (mutations.oneIn(8)) {
      fields.add(
          mutations.any(
              List.of(
                  "\"HttpHeaders\":{\"User-Agent\":\"x\"}",
                  "\"httpheaders\":{\"a\":5}",
                  "\"HttpHeaders\":null",
                  "\"HttpHeaders\":[]",
                  "\"credsStore\":\"desktop\"",
                  "\"credHelpers\":{\"quay.io\":\"ecr\"}",
                  "\"auths\":null",
                  "\"Auths\":{}",
                  "\"x\":[1e999,-0,{\"y\":\"\\ud800\"}]",
                  "\"auths\":" + entries())));
    }
    if (mutations.oneIn(3)) {
      fields.addFirst(fields.removeLast());
    }
    String document = "{" + String.join(",", fields) + "}";
    return mutations.mostly(
        List.of(document, document, document, document + "\n", " \t" + document),
        List.of(
            "", "null", "[]", "5", "{}", document + "x", "\ufeff" + document, document + document));
  }

  private String entries() {
    if (mutations.oneIn(40)) {
      return mutations.any(List.of("null", "{}", "[]", "\"x\"", "5"));
    }
    List<String> entries = new ArrayList<>();
    for (int i = mutations.below(6); i >= 0; i--) {
      entries.add(text(key()) + ":" + entry());
    }
    return "{" + String.join(",", entries) + "}";
  }

  private String key() {
    String key =
        mutations.mostly(SCHEMES, BAD_SCHEMES)
            + mutations.mostly(USERS, BAD_USERS)
            + mutations.mostly(HOSTS, BAD_HOSTS)
            + mutations.mostly(PORTS, BAD_PORTS)
            + mutations.mostly(PATHS, BAD_PATHS)
            + mutations.mostly(ENDS, BAD_ENDS);
    return mutations.sometimesChanged(10, key);
  }

  private String entry() {
    String login = "u" + ++logins + ":p:" + logins;
    String base64 = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    String unpadded = base64.replace("=", "");
    String auth = "{\"auth\":" + text(base64) + "}";
    String apart = "{\"username\":\"u" + logins + "\",\"password\":\"p:" + logins + "\"}";
    if (mutations.oneIn(25)) {
      return oddEntry(base64);
    }
    return mutations.any(
        List.of(
            auth,
            apart,
            "{\"auth\":" + text(unpadded) + ",\"email\":\"a@b\"}",
            "{\"username\":\"other\",\"password\":\"x\",\"AUTH\":" + text(base64 + "\n") + "}",
            "{\"Username\":\"u" + logins + "\",\"PA\u017f\u017fWORD\":\"\\u0070\",\"auth\":\"\"}",
            "{\"username\":\"u" + logins + "\",\"username\":null,\"auth\":null}"));
  }

  private String oddEntry(String base64) {
    return mutations.any(
        List.of(
            "null",
            "{}",
            "[]",
            "\"x\"",
            "{\"" + mutations.any(FIELD_NAMES) + "\":5}",
            "{\"" + mutations.any(FIELD_NAMES) + "\":{}}",
            "{\"auth\":\"bm9jb2xvbg==\"}",
            "{\"auth\":\"bm9jb2xvbg\"}",
            "{\"auth\":\"/+8=\"}",
            "{\"auth\":\"dTr/\"}",
            "{\"auth\":\"dXM6cDpxOnI= \"}",
            "{\"auth\":\"dXM6\\r\\ncDpxOnI=\"}",
            "{\"auth\":\"__46cA==\"}",
            "{\"auth\":\"dTpwZ\"}",
            "{\"auth\":\"dTpwZE\"}",
            "{\"auth\":\"dTpwZE==\"}",
            "{\"auth\":\"dTpwZF==\"}",
            "{\"auth\":" + text(mutations.sometimesChanged(1, base64)) + "}",
            "{\"username\":\"\\ud800\",\"password\":\"\\ud83d\\udc33\"}",
            "{\"username\":\"a\",\"Username\":\"b\",\"password\":7}",
            "{\"identitytoken\":\"t\",\"registrytoken\":5,\"x\":[{}]}"));
  }

  private static String text(String content) {
    return JsonNodeFactory.instance.textNode(content).toString();
  }
}
