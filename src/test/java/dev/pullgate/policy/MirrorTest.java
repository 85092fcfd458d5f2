package dev.pullgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.image.ImageReference;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MirrorTest {
  private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          docker.io         | m.io/hub       | nginx                     | m.io/hub/library/nginx
          docker.io         | m.io/hub       | nginx:1.27                | m.io/hub/library/nginx:1.27
          docker.io         | m.io/hub       | index.docker.io/acme/web  | m.io/hub/acme/web
          docker.io         | m.io/hub       | registry-1.docker.io/a/b  | m.io/hub/a/b
          docker.io         | m.io/hub       | DOCKER.io:443/nginx       | m.io/hub/library/nginx
          docker.io         | m.io/hub       | quay.io/a                 |
          docker.io         | m.io/docker.io | nginx                     | m.io/docker.io/library/nginx
          docker.io         | m.io:5000      | nginx                     | m.io:5000/library/nginx
          docker.io         | M.io           | nginx                     | M.io/library/nginx
          docker.io/library | m.io/lib       | nginx:1                   | m.io/lib/nginx:1
          docker.io/library | m.io/lib       | acme/web                  |
          docker.io/lib     | m.io/lib       | nginx                     |
          quay.io/a         | m.io           | quay.io/a/b               | m.io/b
          quay.io/a         | m.io           | quay.io/a                 |
          quay.io/a         | m.io           | quay.io/ab/c              |
          quay.io           | m.io           | quay.io:8443/a            |
          quay.io:8443      | m.io           | quay.io:8443/a            | m.io/a
          """)
  void rewritesWhatStandsUnderTheSource(
      String source, String target, String image, @Nullable String rewritten) throws Exception {
    assertThat(mirror(source, target).rewrite(ImageReference.parse(image)))
        .map(ImageReference::toString)
        .isEqualTo(Optional.ofNullable(rewritten));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          docker.io         | m.io/hub      | m.io/hub/library/nginx:1  | docker.io/library/nginx:1
          docker.io         | m.io/hub      | M.IO:443/hub/acme/web     | docker.io/acme/web
          docker.io         | M.io/hub      | m.io/hub/acme/web         | docker.io/acme/web
          docker.io         | m.io/hub      | m.io/hub                  |
          docker.io         | m.io/hub      | m.io/hubs/acme/web        |
          docker.io         | m.io/hub      | nginx                     |
          docker.io/library | m.io/lib      | m.io/lib/nginx            | docker.io/library/nginx
          docker.io         | docker.io/hub | hub/acme/web              | docker.io/acme/web
          """)
  void readsTheSourceBackFromTheMirrorsName(
      String source, String target, String image, @Nullable String read) throws Exception {
    assertThat(mirror(source, target).sourceOf(ImageReference.parse(image)))
        .map(ImageReference::toString)
        .isEqualTo(Optional.ofNullable(read));
  }

  @Test
  void keepsTagAndDigestOnTheWayThereAndBack() throws Exception {
    Mirror mirror = mirror("docker.io", "m.io/hub");
    ImageReference there =
        mirror.rewrite(ImageReference.parse("nginx:1.27" + DIGEST)).orElseThrow();

    assertThat(there).hasToString("m.io/hub/library/nginx:1.27" + DIGEST);
    assertThat(mirror.sourceOf(there).orElseThrow())
        .hasToString("docker.io/library/nginx:1.27" + DIGEST);
  }

  @Test
  void leavesAnImageWhoseNameWouldGrowTooLong() throws Exception {
    ImageReference longest = ImageReference.parse("quay.io/" + "a".repeat(255));

    assertThat(mirror("quay.io", "m.io").rewrite(longest)).isPresent();
    assertThat(mirror("quay.io", "m.io/quay").rewrite(longest)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void actsUnlessItsPolicyOnlyAudits(Mode mode) {
    assertThat(mirror("p", mode, "docker.io", "m.io").acts()).isEqualTo(mode != Mode.AUDIT);
  }

  private static Mirror mirror(String source, String target) {
    return mirror("p", Mode.ENFORCE, source, target);
  }

  static Mirror mirror(String policy, Mode mode, String source, String target) {
    return new Mirror(
        policy,
        mode,
        source,
        target,
        true,
        Mirror.Fallback.SOURCE,
        Mirror.OnUnproven.REWRITE,
        null,
        Set.of());
  }
}
