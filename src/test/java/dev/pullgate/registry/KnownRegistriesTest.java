package dev.pullgate.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.policy.PolicySet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KnownRegistriesTest {
  private final KnownRegistries known =
      new KnownRegistries(() ->
          new PolicySet(
              List.of(), List.of(AskingClient.plain("registry.example.com:5000")), List.of()));

  @ParameterizedTest
  @CsvSource({
    "docker.io, docker.io",
    "index.docker.io, docker.io",
    "registry-1.docker.io, docker.io",
    "GHCR.IO, ghcr.io",
    "ghcr.io:443, ghcr.io",
    "REGISTRY.example.com:5000, registry.example.com:5000",
    "registry.example.com, other",
    "tenant-1.example.com, other"
  })
  void givesASeriesToWhatNoTenantMadeUp(String registry, String label) {
    assertThat(known.label(registry)).isEqualTo(label);
  }
}
