package dev.pullgate.policy;

import dev.pullgate.image.Platform;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Rule `platform-missing`: what an index serves, against what the pod needs.
final class PlatformRules {
  private static final int MOST_SHOWN = 8;

  private final Policy policy;
  private final Policy.Resolving section;
  private final ImageFacts facts;

  private PlatformRules(Policy policy, Policy.Resolving section, ImageFacts facts) {
    this.policy = policy;
    this.section = section;
    this.facts = facts;
  }

  static Optional<Finding> judge(
      Policy policy, Policy.Resolving section, ImageFacts facts, Resolution.Found found) {
    return facts
        .platforms()
        .flatMap(platforms ->
            switch (platforms.content()) {
              case IndexContent.Platforms served ->
                  new PlatformRules(policy, section, facts)
                      .judge(platforms, served.platforms(), found);
              case IndexContent.Single _, IndexContent.Unread _ -> Optional.empty();
            });
  }

  private Optional<Finding> judge(
      ImagePlatforms platforms, List<Platform> served, Resolution.Found found) {
    List<PlatformNeed> needs =
        switch (section.platforms()) {
          case Policy.WantedPlatforms.Nodes _ -> platforms.needs();
          case Policy.WantedPlatforms.Skip _ -> List.of();
          case Policy.WantedPlatforms.Listed listed ->
              listed.platforms().stream().map(PlatformNeed::listed).toList();
        };
    List<PlatformNeed> missing =
        needs.stream().filter(need -> served.stream().noneMatch(need::servedBy)).toList();
    // An index whose entries name no platform is pulled by trying.
    if (missing.isEmpty() || served.isEmpty()) {
      return Optional.empty();
    }
    boolean listed = section.platforms() instanceof Policy.WantedPlatforms.Listed;
    boolean none = missing.size() == needs.size() && (listed || platforms.everyNodeKnown());
    return Optional.of(finding(missing, none, served, found));
  }

  private Finding finding(
      List<PlatformNeed> missing, boolean none, List<Platform> served, Resolution.Found found) {
    String missed = texts(missing);
    Map<String, String> evidence = new HashMap<>(Evidence.of(found, facts.pulled()));
    evidence.put("served", texts(served));
    evidence.put("missing", missed);
    return new Finding(
        Rule.PLATFORM_MISSING,
        policy.name(),
        section.mode(),
        none ? Verdict.of(section.mode()) : Verdict.warning(section.mode()),
        facts.subject(),
        facts.subject().image() + " is not built for " + missed,
        "its index at " + found.host() + " serves " + texts(served) + "; " + needed(missing, none),
        "build and push it for " + missed + " too" + narrower(missing, served),
        evidence);
  }

  private String needed(List<PlatformNeed> missing, boolean none) {
    if (section.platforms() instanceof Policy.WantedPlatforms.Listed) {
      return "the policy asks for " + texts(missing);
    }
    List<String> names = missing.stream().flatMap(need -> need.nodes().stream()).toList();
    if (names.isEmpty()) {
      return "the pod asks for such nodes";
    }
    int others = missing.stream().mapToInt(PlatformNeed::nodeCount).sum() - names.size();
    return (none ? "the pod can run only on " : "the pod can run on ")
        + String.join(", ", names)
        + (others > 0 ? " and %d more".formatted(others) : "");
  }

  /// How to keep the pod to what the image serves.
  private String narrower(List<PlatformNeed> missing, List<Platform> served) {
    if (section.platforms() instanceof Policy.WantedPlatforms.Listed) {
      return "";
    }
    Platform first = served.getFirst();
    boolean otherSystem =
        missing.stream().allMatch(need -> !need.os().isEmpty() && !need.os().equals(first.os()));
    return ", or keep the pod to nodes that it is built for, with the nodeSelector "
        + (otherSystem
            ? "kubernetes.io/os: " + first.os()
            : "kubernetes.io/arch: " + first.architecture());
  }

  private static String texts(List<?> platforms) {
    List<String> texts = platforms.stream().map(Object::toString).distinct().toList();
    return texts.stream().limit(MOST_SHOWN).collect(Collectors.joining(", "))
        + (texts.size() > MOST_SHOWN ? ", …" : "");
  }
}
