package dev.pullgate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateKeeperTest {
  private static final Set<String> NAMES =
      Set.of("pullgate.pullgate.svc", "localhost", "127.0.0.1", "::1");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final InstantSource clock = now::get;

  @TempDir Path folder;

  @Test
  void makesAnAuthorityAndACertificateForEveryName() throws Exception {
    CertificateKeeper keeper = keeper(NAMES);

    assertThat(keeper.refresh()).isTrue();

    Certificates made = keeper.current();
    made.serving().verify(made.authority().getPublicKey());
    assertThat(made.serving().getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactlyInAnyOrder(
            "pullgate.pullgate.svc", "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(made.serving().getBasicConstraints()).isNegative();
    assertThat(made.authority().getBasicConstraints()).isZero();
    assertThat(made.serving().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(made.serving().getNotBefore().toInstant()).isBefore(now.get());
  }

  @Test
  void isNothingBeforeItsFirstRefresh() {
    assertThatThrownBy(() -> keeper(NAMES).current()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void takesOverWhatAnotherMade() throws Exception {
    Certificates first = refreshed(NAMES);
    CertificateKeeper second = keeper(NAMES);

    assertThat(second.refresh()).isTrue();
    assertThat(second.current().serving().getSerialNumber())
        .isEqualTo(first.serving().getSerialNumber());
    assertThat(second.current().authorities()).isEqualTo(first.authorities());
    assertThat(second.refresh()).isFalse();
  }

  @Test
  void followsTheFasterOfTwoThatBeginAtOnce() throws Exception {
    CertificateStore slow = new FileCertificateStore(folder);
    assertThat(slow.load()).isEmpty();
    Certificates faster = refreshed(NAMES);
    Certificates late = new CertificateIssuer(clock).issueAll(List.of(), NAMES);

    assertThat(slow.save(late).serving()).isEqualTo(faster.serving());
    assertThat(refreshed(NAMES).serving()).isEqualTo(faster.serving());
  }

  @ParameterizedTest
  @CsvSource({"59, false", "60, true", "89, true", "91, true"})
  void renewsTheServingCertificateThirtyDaysBeforeItsEnd(int days, boolean renewed)
      throws Exception {
    CertificateKeeper keeper = keeper(NAMES);
    keeper.refresh();
    Certificates before = keeper.current();
    advance(Duration.ofDays(days));

    assertThat(keeper.refresh()).isEqualTo(renewed);
    assertThat(keeper.current().serving().equals(before.serving())).isEqualTo(!renewed);
    assertThat(keeper.current().authorities()).isEqualTo(before.authorities());
    keeper.current().serving().checkValidity(Date.from(now.get()));
  }

  @Test
  void renewsTheAuthorityHalfAYearBeforeItsEndAndGoesOnTrustingTheOldOne() throws Exception {
    Certificates before = refreshed(NAMES);
    advance(Duration.ofDays(3650 - 180));

    Certificates after = refreshed(NAMES);

    assertThat(after.authority()).isNotEqualTo(before.authority());
    assertThat(after.authorities()).containsExactly(after.authority(), before.authority());
    after.serving().verify(after.authority().getPublicKey());
  }

  @Test
  void forgetsAnAuthorityThatHasEnded() throws Exception {
    refreshed(NAMES);
    advance(Duration.ofDays(3651));

    assertThat(refreshed(NAMES).authorities()).hasSize(1);
  }

  @Test
  void servesANewNameByTheSameAuthority() throws Exception {
    Certificates before = refreshed(Set.of("localhost"));
    Certificates after = refreshed(Set.of("localhost", "other.example"));

    assertThat(after.serving()).isNotEqualTo(before.serving());
    assertThat(after.authorities()).isEqualTo(before.authorities());
    after.serving().verify(before.authority().getPublicKey());
  }

  @Test
  void keepsACertificateThatServesMoreNamesThanAsked() throws Exception {
    Certificates before = refreshed(NAMES);

    assertThat(refreshed(Set.of("localhost", "0:0:0:0:0:0:0:1")).serving())
        .isEqualTo(before.serving());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.crt", "ca.key", "tls.crt", "tls.key"})
  void makesNewOnesWhereAFileIsDamaged(String file) throws Exception {
    Certificates before = refreshed(NAMES);

    for (String damage :
        List.of(
            "",
            "no PEM",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "-----BEGIN CERTIFICATE-----\n!\n")) {
      Files.writeString(folder.resolve(file), damage);
      Certificates after = refreshed(NAMES);
      after.serving().verify(after.authority().getPublicKey());
      assertThat(after.serving()).isNotEqualTo(before.serving());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.crt", "ca.key", "tls.crt", "tls.key"})
  void makesNewOnesWhereAFileIsMissingOrNoText(String file) throws Exception {
    Certificates before = refreshed(NAMES);
    Files.delete(folder.resolve(file));
    Certificates after = refreshed(NAMES);

    assertThat(after.serving()).isNotEqualTo(before.serving());

    Files.write(folder.resolve(file), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThat(refreshed(NAMES).serving()).isNotEqualTo(after.serving());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.crt", "ca.key", "tls.crt", "tls.key"})
  void makesNewOnesWhereAFileBelongsToAnotherSet(String file, @TempDir Path other)
      throws Exception {
    Certificates before = refreshed(NAMES);
    new CertificateKeeper(new FileCertificateStore(other), NAMES, clock).refresh();
    Files.writeString(folder.resolve(file), Files.readString(other.resolve(file)));

    Certificates after = refreshed(NAMES);

    assertThat(after.serving()).isNotEqualTo(before.serving());
    assertConsistent(after);
  }

  @Test
  void keepsItsFilesFromOthers() throws Exception {
    Path made = folder.resolve("made/here");
    new CertificateKeeper(new FileCertificateStore(made), NAMES, clock).refresh();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(made)) {
      assertThat(files)
          .extracting(file ->
              file.getFileName()
                  + " "
                  + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .containsExactlyInAnyOrder(
              ".lock rw-------",
              "ca.crt rw-------",
              "ca.key rw-------",
              "tls.crt rw-------",
              "tls.key rw-------");
    }
  }

  @Test
  void failsWhereTheFolderCannotBeMade() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() ->
            new CertificateKeeper(new FileCertificateStore(file.resolve("sub")), NAMES, clock)
                .refresh())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("name another folder with --certificates");
  }

  @Test
  void printsNoKey() throws Exception {
    Certificates made = refreshed(NAMES);

    assertThat(made)
        .hasToString("Certificates[serial " + made.serving().getSerialNumber().toString(16) + "]");
  }

  private static void assertConsistent(Certificates certificates) throws Exception {
    X509Certificate authority = certificates.authority();
    certificates.serving().verify(authority.getPublicKey());
    assertBelongsTo(certificates.authorityKey(), authority);
    assertBelongsTo(certificates.servingKey(), certificates.serving());
  }

  private static void assertBelongsTo(PrivateKey key, X509Certificate certificate)
      throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    assertThat(signature.verify(signed)).isTrue();
  }

  private void advance(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  private Certificates refreshed(Set<String> names) throws IOException {
    CertificateKeeper keeper = keeper(names);
    keeper.refresh();
    return keeper.current();
  }

  private CertificateKeeper keeper(Set<String> names) {
    return new CertificateKeeper(new FileCertificateStore(folder), names, clock);
  }
}
