package dev.pullgate.policy;

import dev.pullgate.image.ImageReference;
import java.util.HashMap;
import java.util.Map;

/// Section `mirrors`: what is said of an image that stays at its source.
public final class MirrorRules {
  private MirrorRules() {}

  /// The mirror has not the image, drops its credentials, or gives no proof.
  ///
  /// @param target the reference at the mirror
  /// @param answer of the mirror
  public static Finding stays(
      Mirror mirror, Subject subject, ImageReference target, Resolution answer) {
    boolean denies =
        answer instanceof Resolution.Inconclusive
            ? mirror.onUnproven() == Mirror.OnUnproven.DENY
            : mirror.fallback() == Mirror.Fallback.DENY;
    String consequence = denies ? "" : ", so it is left as it is";
    return switch (answer) {
      case Resolution.Absent absent ->
          finding(
              mirror,
              subject,
              Rule.MIRROR_MISSING_IMAGE,
              denies,
              "the mirror does not serve " + target + consequence,
              "%s answered %d, asked %s"
                  .formatted(absent.host(), absent.status(), absent.access().describe()),
              "copy the image to the mirror, or name one that it has",
              Evidence.of(answer, target));
      case Resolution.Refused refused ->
          finding(
              mirror,
              subject,
              Rule.MIRROR_DROPS_CREDENTIALS,
              denies,
              "the mirror refuses to serve " + target + consequence,
              "%s answered %d, asked %s"
                  .formatted(refused.host(), refused.status(), refused.access().describe()),
              login(refused, target),
              Evidence.of(answer, target));
      case Resolution.RateLimited limited ->
          unproven(mirror, subject, Rule.RATE_LIMITED, target, limited, denies);
      case Resolution.Unreachable unreachable ->
          unproven(mirror, subject, Rule.UNREACHABLE, target, unreachable, denies);
      case Resolution.RegistryError error ->
          unproven(mirror, subject, Rule.REGISTRY_ERROR, target, error, denies);
      case Resolution.Found found ->
          throw new IllegalArgumentException("the mirror serves " + found.host());
    };
  }

  private static String login(Resolution.Refused refused, ImageReference target) {
    return refused.access().anonymous()
        ? "name a secret for %s under pullSecret of the mirror, or give the pod one with this key"
            .formatted(target.registry())
        : "renew the login in secret \"%s\", or give its account the right to pull %s"
            .formatted(refused.access().sent().getLast().secret(), target.repository());
  }

  private static Finding unproven(
      Mirror mirror,
      Subject subject,
      Rule rule,
      ImageReference target,
      Resolution.Inconclusive answer,
      boolean denies) {
    return finding(
        mirror,
        subject,
        rule,
        denies,
        "the mirror could not be asked for "
            + target
            + (denies ? "" : ", so the image is left as it is"),
        answer.host() + " " + answer.detail(),
        "nothing is wrong with the image as far as is known; see the state of the mirror",
        Evidence.of(answer, target));
  }

  /// A pod reached validation with a reference that the mirror would have taken over.
  public static Finding notMirrored(Mirror mirror, Subject subject, ImageReference target) {
    return finding(
        mirror,
        subject,
        Rule.NOT_MIRRORED,
        mirror.fallback() == Mirror.Fallback.DENY,
        subject.image() + " points at " + mirror.source() + ", which the policy mirrors",
        "",
        target.toString(),
        Map.of("proposedImage", target.toString()));
  }

  private static Finding finding(
      Mirror mirror,
      Subject subject,
      Rule rule,
      boolean denies,
      String message,
      String proof,
      String repair,
      Map<String, String> more) {
    Map<String, String> evidence = new HashMap<>(more);
    evidence.put("mirror", mirror.target());
    return new Finding(
        rule,
        mirror.policy(),
        mirror.mode(),
        denies ? Verdict.of(mirror.mode()) : Verdict.warning(mirror.mode()),
        subject,
        message,
        proof,
        repair,
        evidence);
  }
}
