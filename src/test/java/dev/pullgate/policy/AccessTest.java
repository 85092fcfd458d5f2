package dev.pullgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.credential.CredentialSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessTest {
  private static final CredentialSource ONE = new CredentialSource("one", "a.io");
  private static final CredentialSource OTHER = new CredentialSource("other", "a.io");

  @Test
  void saysWithWhichSecretsItWasAsked() {
    assertThat(Access.ANONYMOUS.describe()).isEqualTo("anonymously");
    assertThat(new Access(List.of(ONE, OTHER, ONE)).describe())
        .isEqualTo("with the credentials of secret \"one\" and \"other\"");
  }

  @Test
  void saysOfWhichSecretNothingWasSent() {
    assertThat(new Access(List.of(ONE, OTHER), List.of(OTHER)).describe())
        .isEqualTo(
            "with the credentials of secret \"one\" and \"other\" (nothing is sent of \"other\","
                + " which lacks a user name or a password)");
  }
}
