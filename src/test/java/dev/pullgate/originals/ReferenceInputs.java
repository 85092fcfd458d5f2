package dev.pullgate.originals;

import java.util.List;
import java.util.stream.Stream;

/// Image references, valid and not, near the edges of the grammar.
final class ReferenceInputs {
  private static final String HEX = "0123456789abcdef";

  /// Those that broke other tools, among them what field-notes.md lists.
  static final List<String> BROKE_OTHERS =
      List.of(
          "nginx:443/nginx",
          "localhost/netd:v1",
          "localhost:5000/x",
          "EVIL-REGISTRY.COM/x:v1",
          "docker.io/test/centos:",
          "x.io/get/ready4.//this/not.good:404@yikes/bad/string",
          "_/alpine",
          "repo:1.0.0+rc1",
          "nginx@sha256:" + HEX.repeat(4),
          "nginx:1.27@sha256:" + HEX.repeat(4),
          "nginx@sha384:" + HEX.repeat(6),
          "nginx:1.27@sha512:" + HEX.repeat(8),
          "docker://nginx:1.27",
          "https://ghcr.io/acme/web:1",
          "index.docker.io/library/nginx:1.27@sha256:" + HEX.repeat(4),
          "registry-1.docker.io/library/nginx",
          "my_host.example/a/b:2",
          "my_host.example:5000/a",
          "[::1]:5000/x",
          "[fe80::1%25eth0]/x",
          HEX.repeat(4),
          HEX.repeat(4).substring(1),
          "docker.io/" + HEX.repeat(4),
          "nginx:" + "t".repeat(128),
          "nginx:" + "t".repeat(129),
          "ghcr.io/" + "a".repeat(255),
          "ghcr.io/" + "a".repeat(256),
          "a".repeat(247),
          "a".repeat(248),
          "my_host.example/" + "a".repeat(239),
          "my_host.example/" + "a".repeat(240),
          "a.".repeat(100) + "io/x",
          "",
          " ",
          "/",
          ":",
          "@",
          "gr\u00f6\u00dfe",
          "\u212aernel/x");

  private static final List<String> HOSTS =
      List.of(
          "",
          "",
          "docker.io/",
          "index.docker.io/",
          "registry-1.docker.io/",
          "Docker.io/",
          "localhost/",
          "LOCALHOST/",
          "localhost:5000/",
          "nginx:443/",
          "ghcr.io/",
          "quay.io:443/",
          "a.b.c.example.com:65536/",
          "EVIL.COM/",
          "my_host.example/",
          "a__b.example/",
          "127.0.0.1:5000/",
          "[::1]/",
          "[::1]:5000/",
          "[2001:DB8::1]/",
          "Acme/",
          "my_host/",
          "xn--bcher-kva.example/");
  private static final List<String> BAD_HOSTS =
      List.of(
          "a_b.c_d:80/",
          "foo-.com/",
          "-foo.com/",
          "foo..com/",
          "foo.com./",
          ".foo/",
          "host:/",
          "host:a/",
          "docker://",
          "https://",
          "[::g]/",
          "[::1/",
          "My_host.example/",
          "/",
          ":/");
  private static final List<String> PARTS =
      List.of(
          "nginx",
          "library",
          "acme",
          "web",
          "a",
          "0",
          "a-b",
          "a--b",
          "a_b",
          "a__b",
          "a.b",
          "library/nginx",
          HEX.repeat(4),
          "x".repeat(120));
  private static final List<String> BAD_PARTS =
      List.of("a___b", "a..b", "a._b", "a-", "_a", "_", "A", "Web", "", "a-.b", "a b");
  private static final List<String> TAGS =
      List.of("", "", ":latest", ":1.27", ":v1", ":_x", ":A.b-C_d", ":443", ":" + "t".repeat(127));
  private static final List<String> BAD_TAGS =
      List.of(":-x", ":.x", ":", ":1.0.0+rc1", ":a:b", ":a/b", ":t\u00e4g");
  private static final List<String> DIGESTS =
      List.of(
          "",
          "",
          "",
          "@sha256:" + HEX.repeat(4),
          "@sha384:" + HEX.repeat(6),
          "@sha512:" + HEX.repeat(8));
  private static final List<String> BAD_DIGESTS =
      List.of(
          "@sha512:" + HEX.repeat(4),
          "@sha256:" + HEX.repeat(2),
          "@sha256:" + HEX.repeat(4) + "0",
          "@SHA256:" + HEX.repeat(4),
          "@sha256:" + "ABCDEF0123456789".repeat(4),
          "@md5:" + HEX.repeat(2),
          "@blake3:" + HEX.repeat(4),
          "@sha256+b64:" + HEX.repeat(4),
          "@sha256",
          "@",
          "@sha256:" + HEX.repeat(4) + "@sha256:" + HEX.repeat(4));

  private ReferenceInputs() {}

  /// Those that broke others, and as many more as are asked for.
  static List<String> some(Mutations mutations, int count) {
    return Stream.concat(BROKE_OTHERS.stream(), Stream.generate(() -> one(mutations)).limit(count))
        .toList();
  }

  private static String one(Mutations mutations) {
    if (mutations.oneIn(8)) {
      return mutations.sometimesChanged(1, mutations.any(BROKE_OTHERS));
    }
    StringBuilder text = new StringBuilder(mutations.mostly(HOSTS, BAD_HOSTS));
    text.append(mutations.mostly(PARTS, BAD_PARTS));
    for (int i = mutations.below(3); i > 0; i--) {
      text.append('/').append(mutations.mostly(PARTS, BAD_PARTS));
    }
    text.append(mutations.mostly(TAGS, BAD_TAGS)).append(mutations.mostly(DIGESTS, BAD_DIGESTS));
    return mutations.sometimesChanged(4, text.toString());
  }
}
