package dev.pullgate.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One HTTP answer, bounded.
///
/// @param headers by lower-case name
/// @param body empty for HEAD
record Answer(int status, Map<String, List<String>> headers, Body body) {
  /// With a body of text.
  Answer(int status, Map<String, List<String>> headers, String body) {
    this(status, headers, Body.of(body));
  }

  Optional<String> header(String lowerCaseName) {
    return headers(lowerCaseName).stream().findFirst();
  }

  List<String> headers(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, List.of());
  }

  /// Whether it carries what was asked for. 204 and 205 have no content by their meaning.
  boolean success() {
    return status / 100 == 2 && status != 204 && status != 205;
  }

  /// Whether access was refused.
  boolean refused() {
    return status == 401 || status == 403;
  }

  /// The content type without its parameters; empty where there is none.
  String mediaType() {
    String type = header("content-type").orElse("");
    return (type.contains(";") ? type.substring(0, type.indexOf(';')) : type).strip();
  }

  /// Whether the registry counts reads of manifests: Docker Hub says so in its answers.
  ///
  /// @see <a href="https://docs.docker.com/docker-hub/usage/pulls/">Docker Hub, pull usage</a>
  boolean countsPulls() {
    return headers.containsKey("ratelimit-limit");
  }
}
