package dev.pullgate.review;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a registry did when it was asked last.
///
/// @param host as policies spell it, for example `docker.io`
/// @param reachable whether it answered, if only that it limits requests
/// @param lastTrouble why the last question got no answer that proves something, as a clause that
///   can follow the host; absent where it did
/// @param latency of the last request that was answered; zero before the first
/// @param lastAnswer when that was; absent before the first
/// @param lastQuota absent where the registry counts no pulls
public record RegistryHealth(
    String host,
    boolean reachable,
    @Nullable String lastTrouble,
    Duration latency,
    @Nullable Instant lastAnswer,
    @Nullable RegistryQuota lastQuota) {
  /// Why the last question proved nothing.
  public Optional<String> trouble() {
    return Optional.ofNullable(lastTrouble);
  }

  /// When the registry answered last.
  public Optional<Instant> lastSeen() {
    return Optional.ofNullable(lastAnswer);
  }

  /// What it still permits.
  public Optional<RegistryQuota> quota() {
    return Optional.ofNullable(lastQuota);
  }
}
