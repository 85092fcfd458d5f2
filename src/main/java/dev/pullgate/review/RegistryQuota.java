package dev.pullgate.review;

import java.time.Duration;
import java.time.Instant;

/// How many pulls a registry still permits the gate's own address, as its answers say.
///
/// @param limit pulls in a window
/// @param remaining of these
/// @param window its length; zero where the registry states none
/// @param seenAt when the registry said so
public record RegistryQuota(long limit, long remaining, Duration window, Instant seenAt) {}
