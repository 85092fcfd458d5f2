package dev.pullgate.policy;

import dev.pullgate.image.ImageReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Judges one image by one policy, from facts alone.
public final class PolicyEvaluator {
  /// The finding for text that is no reference, which needs no section.
  public Finding invalidReference(Policy policy, Subject subject, String reason) {
    String image = subject.image().isEmpty() ? "the image" : subject.image();
    Optional<String> proposal = ReferenceRepair.of(subject.image());
    return new Finding(
        Rule.INVALID_REFERENCE,
        policy.name(),
        policy.mode(),
        Verdict.of(policy.mode()),
        subject,
        image + (subject.image().isEmpty() ? " is empty" : " is no valid image reference"),
        subject.image().isEmpty() ? "" : reason,
        proposal
            .map(valid -> "write " + valid)
            .orElse("write it as registry/repository:tag, in lower case"),
        proposal.map(valid -> Map.of("proposedImage", valid)).orElseGet(Map::of));
  }

  /// The findings that need no network, in the order of the sections.
  ///
  /// @param resolution only for the repair: the digest that the tag has now
  public List<Finding> judgeReference(
      Policy policy,
      Subject subject,
      ImageReference reference,
      ImageForms forms,
      Optional<Resolution> resolution) {
    List<Finding> findings = new ArrayList<>();
    policy
        .sections()
        .registries()
        .flatMap(section -> registryNotAllowed(policy, section, subject, forms))
        .ifPresent(findings::add);
    policy
        .sections()
        .pinning()
        .flatMap(section -> unpinned(policy, section, subject, reference, resolution))
        .ifPresent(findings::add);
    return findings;
  }

  /// The findings that follow from what the registry answered and from the pull secrets.
  public List<Finding> judgeFacts(Policy policy, ImageFacts facts) {
    List<Finding> findings = new ArrayList<>();
    policy
        .sections()
        .resolution()
        .flatMap(section -> ResolutionRules.judge(policy, section, facts))
        .ifPresent(findings::add);
    policy
        .sections()
        .pullSecrets()
        .ifPresent(section -> findings.addAll(PullSecretRules.judge(policy, section, facts)));
    return findings;
  }

  private static Optional<Finding> registryNotAllowed(
      Policy policy, Policy.Registries section, Subject subject, ImageForms forms) {
    Optional<ImageGlob> denied = section.deny().stream().filter(forms::anyMatches).findFirst();
    List<ImageGlob> allow = section.allow();
    boolean allowed = allow == null || allow.stream().anyMatch(forms::anyMatches);
    if (denied.isEmpty() && allowed) {
      return Optional.empty();
    }
    String proof =
        denied
            .map(glob -> "the policy denies " + glob)
            .orElseGet(() -> "the policy allows " + (allow == null ? "" : joined(allow)));
    return Optional.of(
        new Finding(
            Rule.REGISTRY_NOT_ALLOWED,
            policy.name(),
            section.mode(),
            Verdict.of(section.mode()),
            subject,
            subject.image() + " comes from " + refused(section, forms) + ", which is not allowed",
            proof,
            "use an image that the policy allows, or ask its owner to allow this one",
            Map.of("source", forms.source().toString())));
  }

  /// The registry; the repository too where others of the registry are allowed.
  private static String refused(Policy.Registries section, ImageForms forms) {
    String registry = forms.source().registry();
    List<ImageGlob> allow = section.allow();
    boolean others =
        allow == null
            || allow.stream().anyMatch(glob -> glob.toString().startsWith(registry + "/"));
    return others ? forms.source().toString() : registry;
  }

  private static String joined(List<ImageGlob> globs) {
    List<String> texts = globs.stream().map(ImageGlob::toString).toList();
    int shown = Math.min(texts.size(), 5);
    return String.join(", ", texts.subList(0, shown)) + (shown < texts.size() ? ", …" : "");
  }

  private static Optional<Finding> unpinned(
      Policy policy,
      Policy.Pinning section,
      Subject subject,
      ImageReference reference,
      Optional<Resolution> resolution) {
    if (reference.digest().isPresent()) {
      return Optional.empty();
    }
    Optional<String> tag = reference.tag();
    boolean disallowed =
        tag.isPresent()
            && section.disallowedTags().stream().anyMatch(glob -> glob.matches(tag.get()));
    String message;
    if (tag.isEmpty()) {
      message = subject.image() + " has no tag, so it means latest";
    } else if (disallowed) {
      message = subject.image() + " can mean another image tomorrow, its tag is not allowed";
    } else if (section.requireDigest()) {
      message = subject.image() + " has no digest, and the policy requires one";
    } else {
      return Optional.empty();
    }
    return Optional.of(
        pinned(policy, section, subject, reference, disallowed, resolution, message));
  }

  /// Why the digest is not known, so that nobody looks for a mistake where there is none.
  private static String unknownDigest(Optional<Resolution> resolution) {
    return resolution
        .filter(Resolution.Inconclusive.class::isInstance)
        .map(Resolution.Inconclusive.class::cast)
        .map(
            answer -> "%s %s, so its digest is not known".formatted(answer.host(), answer.detail()))
        .orElse("");
  }

  private static Finding pinned(
      Policy policy,
      Policy.Pinning section,
      Subject subject,
      ImageReference reference,
      boolean disallowed,
      Optional<Resolution> resolution,
      String message) {
    String written = subject.image();
    String name = written.substring(0, written.length() - reference.suffix().length());
    String tag = reference.tag().orElse(ImageReference.DEFAULT_TAG);
    boolean keepsTag = !disallowed && reference.tag().isPresent();
    String kept = keepsTag ? name + ":" + tag : name;
    Optional<String> digest =
        resolution
            .filter(Resolution.Found.class::isInstance)
            .map(Resolution.Found.class::cast)
            .filter(found -> found.staleSince().isEmpty())
            .flatMap(Resolution.Found::digest)
            .map(Object::toString);
    Map<String, String> evidence = new HashMap<>();
    resolution.ifPresent(answer -> evidence.put("registry", answer.host()));
    digest.ifPresent(now -> {
      evidence.put("digest", now);
      evidence.put("proposedImage", kept + "@" + now);
    });
    String otherwise =
        section.requireDigest()
            ? "write " + kept + "@sha256:… with the digest that you tested"
            : "name a version, such as " + name + ":1.2.3, or a digest";
    return new Finding(
        Rule.UNPINNED,
        policy.name(),
        section.mode(),
        Verdict.of(section.mode()),
        subject,
        message,
        unknownDigest(resolution),
        digest.map(now -> today(kept + "@" + now, tag)).orElse(otherwise),
        evidence);
  }

  /// The repair of an unpinned image by what its tag is now.
  ///
  /// @param image with the digest
  /// @param tag that moves
  public static String today(String image, String tag) {
    return image + " (what " + tag + " is today)";
  }
}
