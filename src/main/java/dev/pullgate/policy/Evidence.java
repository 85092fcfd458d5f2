package dev.pullgate.policy;

import dev.pullgate.image.ImageReference;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a finding is based on, by the names that reports use. Never a secret value.
final class Evidence {
  private Evidence() {}

  /// What a registry was asked, and what it said.
  ///
  /// @param probed the reference that was asked for
  static Map<String, String> of(Resolution answer, ImageReference probed) {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("registry", answer.host());
    evidence.put("probe", "manifest of " + probed);
    switch (answer) {
      case Resolution.Found found -> {
        evidence.put("access", found.access().describe());
        found.digest().ifPresent(digest -> evidence.put("digest", digest.toString()));
      }
      case Resolution.Absent absent -> answered(evidence, absent.status(), absent.access());
      case Resolution.Refused refused -> answered(evidence, refused.status(), refused.access());
      case Resolution.Unreachable unreachable -> {
        evidence.put("cause", cause(unreachable.cause()));
        evidence.put("detail", unreachable.detail());
      }
      case Resolution.RateLimited limited -> evidence.put("detail", limited.detail());
      case Resolution.RegistryError error -> evidence.put("detail", error.detail());
    }
    return evidence;
  }

  private static void answered(Map<String, String> evidence, int status, Access access) {
    evidence.put("registryStatus", Integer.toString(status));
    evidence.put("access", access.describe());
  }

  private static String cause(Resolution.Cause cause) {
    return switch (cause) {
      case DNS -> "dns";
      case CONNECT -> "connect";
      case TIMEOUT -> "timeout";
      case TLS -> "tls";
      case PROXY -> "proxy";
      case NOT_ASKED -> "not-asked";
    };
  }
}
