package dev.pullgate.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One HTTP answer, with the body cut at a bound.
///
/// @param headers by lower-case name
/// @param body as UTF-8; empty for HEAD
record Answer(int status, Map<String, List<String>> headers, String body) {
  Optional<String> header(String lowerCaseName) {
    return headers(lowerCaseName).stream().findFirst();
  }

  List<String> headers(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, List.of());
  }
}
