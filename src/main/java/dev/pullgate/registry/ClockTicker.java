package dev.pullgate.registry;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/// The clock as caches read it.
record ClockTicker(InstantSource clock) implements Ticker {
  @Override
  public long read() {
    return ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant());
  }
}
