package dev.pullgate.review;

import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.NearestTags;
import dev.pullgate.policy.PolicyEvaluator;
import dev.pullgate.policy.Resolution;
import dev.pullgate.policy.Rule;
import dev.pullgate.policy.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Betters the repair of what is denied with what only a registry knows: the tags nearest to one
/// that does not exist, and the version behind a tag that moves. Asked only once a denial is
/// certain, in the time that is left, with the credentials of the review; without an answer the
/// plain repair stands.
final class Repairs {
  /// The denial itself has to arrive.
  private static final Duration RESERVE = Duration.ofMillis(200);

  /// Nobody waits longer for a proposal.
  private static final Duration MOST = Duration.ofSeconds(2);

  private static final int MOST_REPOSITORIES = 10;
  private static final int MOST_VERSIONS = 5;

  private final ImageResolver resolver;

  Repairs(ImageResolver resolver) {
    this.resolver = resolver;
  }

  /// A denied finding, and what its image was asked for.
  private record Repairable(int index, Finding finding, ImageReview.Asked asked) {}

  /// The same findings in the same order, with better repairs where there are any.
  ///
  /// @param findings merged: what is denied here is denied for good
  /// @param judged the images that they are about
  List<Finding> complete(
      ImageReview.Context context, List<Finding> findings, List<ImageReview.Judged> judged) {
    List<Repairable> repairable = repairable(findings, judged);
    Deadline deadline = shortened(context.deadline());
    if (repairable.isEmpty() || deadline.passed()) {
      return findings;
    }
    Map<String, List<String>> tags = tags(context, repairable, deadline);
    List<Optional<Finding>> repaired =
        Concurrently.map(
            repairable,
            denied ->
                better(context, denied, tags.getOrDefault(name(denied), List.of()), deadline));
    List<Finding> completed = new ArrayList<>(findings);
    for (int i = 0; i < repairable.size(); i++) {
      int index = repairable.get(i).index();
      repaired.get(i).ifPresent(finding -> completed.set(index, finding));
    }
    return completed;
  }

  private static List<Repairable> repairable(
      List<Finding> findings, List<ImageReview.Judged> judged) {
    List<Repairable> repairable = new ArrayList<>();
    for (int i = 0; i < findings.size(); i++) {
      Finding finding = findings.get(i);
      if (finding.verdict() == Verdict.DENY) {
        int index = i;
        judged.stream()
            .filter(image -> image.path().equals(finding.subject().path()))
            .flatMap(image -> image.asked().stream())
            .filter(asked -> canBeBettered(finding, asked))
            .findFirst()
            .ifPresent(asked -> repairable.add(new Repairable(index, finding, asked)));
      }
    }
    return repairable;
  }

  private static boolean canBeBettered(Finding finding, ImageReview.Asked asked) {
    return switch (asked.answer()) {
      case Resolution.Absent _ ->
          finding.rule() == Rule.NOT_FOUND && asked.reference().digest().isEmpty();
      case Resolution.Found found ->
          finding.rule() == Rule.UNPINNED
              && found.digest().isPresent()
              && (writtenName(finding) + "@" + found.digest().get())
                  .equals(finding.evidence().get("proposedImage"));
      case Resolution.Refused _, Resolution.Inconclusive _ -> false;
    };
  }

  private static Deadline shortened(Deadline deadline) {
    Duration left = deadline.remaining().minus(RESERVE);
    return Deadline.after(deadline.clock(), left.compareTo(MOST) < 0 ? left : MOST);
  }

  private static String name(Repairable denied) {
    return denied.asked().reference().name();
  }

  /// The tags of every repository at hand, each asked for once.
  private Map<String, List<String>> tags(
      ImageReview.Context context, List<Repairable> repairable, Deadline deadline) {
    Map<String, ImageReview.Asked> repositories = new LinkedHashMap<>();
    repairable.forEach(denied -> repositories.putIfAbsent(name(denied), denied.asked()));
    List<Map.Entry<String, ImageReview.Asked>> asking =
        repositories.entrySet().stream().limit(MOST_REPOSITORIES).toList();
    List<List<String>> answers =
        Concurrently.map(asking, entry -> tags(context, entry.getValue(), deadline));
    Map<String, List<String>> tags = new HashMap<>();
    for (int i = 0; i < asking.size(); i++) {
      tags.put(asking.get(i).getKey(), answers.get(i));
    }
    return tags;
  }

  /// A mirror that fetches on demand lists what it has fetched, if anything. Of an image that does
  /// not exist its source was asked already, and may be asked again.
  private List<String> tags(
      ImageReview.Context context, ImageReview.Asked asked, Deadline deadline) {
    List<String> tags = tags(context, asked.reference(), asked, deadline);
    if (!tags.isEmpty() || !(asked.answer() instanceof Resolution.Absent)) {
      return tags;
    }
    return context
        .policies()
        .source(asked.reference())
        .map(mirrored -> tags(context, mirrored.source(), asked, deadline))
        .orElse(List.of());
  }

  private List<String> tags(
      ImageReview.Context context,
      ImageReference reference,
      ImageReview.Asked asked,
      Deadline deadline) {
    return resolver
        .tags(
            reference,
            asked.keyring().lookup(reference),
            RegistryAnswers.settings(context, reference),
            deadline)
        .stream()
        .filter(tag -> allowed(context, tag))
        .toList();
  }

  /// A proposal that the next apply would reject helps nobody.
  private static boolean allowed(ImageReview.Context context, String tag) {
    return !tag.equals(ImageReference.DEFAULT_TAG)
        && context.policies().policies().stream()
            .flatMap(policy -> policy.sections().pinning().stream())
            .flatMap(pinning -> pinning.disallowedTags().stream())
            .noneMatch(glob -> glob.matches(tag));
  }

  private Optional<Finding> better(
      ImageReview.Context context, Repairable denied, List<String> tags, Deadline deadline) {
    return switch (denied.asked().answer()) {
      case Resolution.Absent _ -> nearest(denied, tags);
      case Resolution.Found found -> versioned(context, denied, found, tags, deadline);
      case Resolution.Refused _, Resolution.Inconclusive _ -> Optional.empty();
    };
  }

  private static Optional<Finding> nearest(Repairable denied, List<String> tags) {
    String wanted = denied.asked().reference().manifestReference();
    List<String> nearest = NearestTags.to(wanted, tags);
    if (nearest.isEmpty()) {
      return Optional.empty();
    }
    String proposal = writtenName(denied.finding()) + ":" + nearest.getFirst();
    String listed = String.join(", ", nearest);
    return Optional.of(
        denied
            .finding()
            .repairedBy(
                "write " + proposal + "; nearest tags: " + listed,
                Map.of("nearestTags", listed, "proposedImage", proposal)));
  }

  /// Compares the digest with those of the highest versions, one after the other: mostly the first
  /// is the one.
  private Optional<Finding> versioned(
      ImageReview.Context context,
      Repairable denied,
      Resolution.Found found,
      List<String> tags,
      Deadline deadline) {
    ImageReference moving = denied.asked().reference();
    for (String version : NearestTags.highestVersions(tags, MOST_VERSIONS)) {
      if (deadline.passed()) {
        return Optional.empty();
      }
      Optional<ImageReference> candidate =
          ImageReference.parseIfValid(moving.name() + ":" + version);
      Optional<Resolution> answer =
          candidate.map(reference ->
              resolver.resolve(
                  reference,
                  denied.asked().keyring().lookup(reference),
                  RegistryAnswers.settings(context, reference),
                  deadline));
      if (answer.filter(Resolution.Inconclusive.class::isInstance).isPresent()) {
        return Optional.empty();
      }
      if (answer.filter(other -> sameDigest(found, other)).isPresent()) {
        String proposal =
            writtenName(denied.finding()) + ":" + version + "@" + found.digest().orElseThrow();
        return Optional.of(
            denied
                .finding()
                .repairedBy(
                    PolicyEvaluator.today(proposal, moving.manifestReference()),
                    Map.of("version", version, "proposedImage", proposal)));
      }
    }
    return Optional.empty();
  }

  private static boolean sameDigest(Resolution.Found one, Resolution other) {
    return other instanceof Resolution.Found found && found.digest().equals(one.digest());
  }

  /// The name without tag and digest, as its author wrote it.
  private static String writtenName(Finding finding) {
    String written = finding.subject().image();
    return ImageReference.parseIfValid(written)
        .map(reference -> written.substring(0, written.length() - reference.suffix().length()))
        .orElse(written);
  }
}
