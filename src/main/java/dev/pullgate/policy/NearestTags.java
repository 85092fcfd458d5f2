package dev.pullgate.policy;

import dev.pullgate.image.EditDistance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Chooses among the tags of a repository what may be proposed. Tags come from registries: what is
/// no tag by the grammar is left out, and so are those under which signatures are kept.
public final class NearestTags {
  private static final int MOST = 3;
  private static final int MOST_READ = 10_000;
  private static final int FAR = 16;
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern SIGNATURE = Pattern.compile("sha(?:256|384|512)-[0-9a-f]{32,}.*");
  private static final Pattern SEPARATORS = Pattern.compile("[._-]");
  private static final Pattern LEADING_V = Pattern.compile("^v(?=[0-9])");

  private NearestTags() {}

  /// How near a tag is, the nearest first.
  private enum Nearness {
    /// The same letters and digits: `v1.2.4` for `1.2.4`.
    SPELLING,
    /// Another version of the same series.
    VERSION,
    /// A letter or two differ.
    LETTERS,
    /// Neither.
    FAR
  }

  private record Candidate(
      String tag,
      Nearness nearness,
      int commonNumbers,
      boolean otherLength,
      int suffixDistance,
      long difference,
      int distance,
      @Nullable TagVersion version) {}

  private static final Comparator<Candidate> NEAREST_FIRST =
      Comparator.comparing(Candidate::nearness)
          .thenComparing(Comparator.comparingInt(Candidate::commonNumbers).reversed())
          .thenComparing(Candidate::otherLength)
          .thenComparingInt(Candidate::suffixDistance)
          .thenComparingLong(candidate -> Math.abs(candidate.difference()))
          .thenComparing(candidate -> candidate.difference() < 0)
          .thenComparingInt(Candidate::distance)
          .thenComparing(NearestTags::higherFirst)
          .thenComparing(Candidate::tag);

  private static int higherFirst(Candidate one, Candidate other) {
    TagVersion first = one.version();
    TagVersion second = other.version();
    return first == null || second == null
        ? Boolean.compare(first == null, second == null)
        : TagVersion.HIGHEST_FIRST.compare(first, second);
  }

  /// The tags nearest to one that does not exist, the nearest first; at most three.
  ///
  /// @param tags as a registry lists them
  public static List<String> to(String wanted, Collection<String> tags) {
    Optional<TagVersion> version = TagVersion.of(wanted);
    return proposable(tags).stream()
        .filter(tag -> !tag.equals(wanted))
        .map(tag -> candidate(wanted, version, tag))
        .sorted(NEAREST_FIRST)
        .limit(MOST)
        .map(Candidate::tag)
        .toList();
  }

  /// The highest plain versions, the highest first. Of `1.27` and `1.27.3` only the exact one.
  public static List<String> highestVersions(Collection<String> tags, int most) {
    List<TagVersion> sorted =
        proposable(tags).stream()
            .flatMap(tag -> TagVersion.of(tag).stream())
            .filter(TagVersion::plain)
            .sorted(TagVersion.HIGHEST_FIRST)
            .toList();
    List<TagVersion> highest = new ArrayList<>();
    for (TagVersion version : sorted) {
      if (highest.size() < most && highest.stream().noneMatch(version::shortens)) {
        highest.add(version);
      }
    }
    return highest.stream().map(TagVersion::tag).toList();
  }

  private static List<String> proposable(Collection<String> tags) {
    return tags.stream()
        .limit(MOST_READ)
        .distinct()
        .filter(tag -> TAG.matcher(tag).matches() && !SIGNATURE.matcher(tag).matches())
        .toList();
  }

  private static Candidate candidate(String wanted, Optional<TagVersion> version, String tag) {
    Optional<TagVersion> other = TagVersion.of(tag);
    boolean sameSeries =
        version.isPresent()
            && other.isPresent()
            && version.get().family().equals(other.get().family());
    Nearness nearness = nearness(wanted, tag, sameSeries, version, other);
    int distance = EditDistance.between(wanted, tag, FAR);
    if (!sameSeries) {
      return new Candidate(tag, nearness, 0, false, 0, 0, distance, other.orElse(null));
    }
    TagVersion mine = version.orElseThrow();
    TagVersion its = other.orElseThrow();
    return new Candidate(
        tag,
        nearness,
        mine.commonNumbers(its),
        mine.numbers().size() != its.numbers().size(),
        EditDistance.between(mine.suffix(), its.suffix(), FAR),
        mine.firstDifference(its),
        0,
        its);
  }

  private static Nearness nearness(
      String wanted,
      String tag,
      boolean sameSeries,
      Optional<TagVersion> version,
      Optional<TagVersion> other) {
    // "1.10" is no misspelt "1.1.0", while "v12" may well be "v1.2".
    boolean dotted = version.filter(it -> it.numbers().size() > 1).isPresent();
    boolean sameLength =
        sameSeries
            && version.orElseThrow().numbers().size() == other.orElseThrow().numbers().size();
    if (simplified(wanted).equals(simplified(tag)) && (!dotted || sameLength || !sameSeries)) {
      return Nearness.SPELLING;
    }
    if (sameSeries) {
      return Nearness.VERSION;
    }
    int few = Math.max(1, Math.min(wanted.length(), tag.length()) / 3);
    return EditDistance.between(wanted, tag, few) <= few ? Nearness.LETTERS : Nearness.FAR;
  }

  private static String simplified(String tag) {
    String lower = LEADING_V.matcher(tag.toLowerCase(Locale.ROOT)).replaceFirst("");
    return SEPARATORS.matcher(lower).replaceAll("");
  }
}
