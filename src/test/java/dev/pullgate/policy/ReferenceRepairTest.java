package dev.pullgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceRepairTest {
  @ParameterizedTest
  @CsvSource({
    "Nginx:1.27, nginx:1.27",
    "ghcr.io/Acme/Web:RC1, ghcr.io/acme/web:RC1",
    "docker://nginx:1.27, nginx:1.27",
    "https://ghcr.io/acme/web:1, ghcr.io/acme/web:1",
    "' nginx:1.27 ', nginx:1.27",
    "docker.io/test/centos:, docker.io/test/centos",
    "repo:1.0.0+rc1, repo:1.0.0_rc1"
  })
  void mendsTheUsualSlips(String written, String meant) {
    assertThat(ReferenceRepair.of(written)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "_/alpine", "x.io/get/ready4.//this/not.good:404@yikes", "a b"})
  void proposesNothingWhereNothingIsNear(String written) {
    assertThat(ReferenceRepair.of(written)).isEmpty();
  }
}
