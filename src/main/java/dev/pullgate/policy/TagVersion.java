package dev.pullgate.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A tag that holds a version, for example `v1.27.3-alpine`.
///
/// @param tag as written
/// @param family what stands before the numbers in lower case, without a `v`; mostly empty
/// @param numbers at least one, the most significant first
/// @param suffix what stands behind them in lower case, for example `-alpine`
record TagVersion(String tag, String family, List<Long> numbers, String suffix) {
  /// Numbers with more digits are no versions, and would not fit.
  private static final Pattern VERSION =
      Pattern.compile(
          "(?<family>(?:[A-Za-z]+[-_.])*[A-Za-z]*)(?<numbers>[0-9]{1,18}(?:\\.[0-9]{1,18}){0,7})"
              + "(?<suffix>(?:[-_.+A-Za-z].*)?)");

  /// A single number from here on is a date or the number of a build.
  private static final long HIGHEST_SINGLE = 9_999;

  /// The highest version first, and of `1.27` and `1.27.0` the exact one.
  static final Comparator<TagVersion> HIGHEST_FIRST =
      Comparator.comparing(TagVersion::isDate)
          .thenComparing((one, other) -> compareNumbers(other.numbers, one.numbers))
          .thenComparing(TagVersion::tag);

  TagVersion {
    numbers = List.copyOf(numbers);
  }

  static Optional<TagVersion> of(String tag) {
    Matcher matcher = VERSION.matcher(tag);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    List<Long> numbers = new ArrayList<>();
    for (String number : String.valueOf(matcher.group("numbers")).split("\\.", -1)) {
      numbers.add(Long.parseLong(number));
    }
    String family = String.valueOf(matcher.group("family")).toLowerCase(Locale.ROOT);
    String suffix = String.valueOf(matcher.group("suffix")).toLowerCase(Locale.ROOT);
    return Optional.of(new TagVersion(tag, family.equals("v") ? "" : family, numbers, suffix));
  }

  /// Whether it is a plain version: nothing before the numbers but a `v`, and nothing behind them.
  boolean plain() {
    return family.isEmpty() && suffix.isEmpty();
  }

  private boolean isDate() {
    return numbers.size() == 1 && numbers.getFirst() > HIGHEST_SINGLE;
  }

  /// Whether another version says the same with more numbers, as `1.27.3` does of `1.27`.
  boolean shortens(TagVersion other) {
    return numbers.size() < other.numbers.size() && commonNumbers(other) == numbers.size();
  }

  /// How many numbers are the same from the left.
  int commonNumbers(TagVersion other) {
    int common = 0;
    int most = Math.min(numbers.size(), other.numbers.size());
    while (common < most && numbers.get(common).equals(other.numbers.get(common))) {
      common++;
    }
    return common;
  }

  /// The first number in which another version differs minus this one's; 0 where one is the
  /// beginning of the other.
  long firstDifference(TagVersion other) {
    int common = commonNumbers(other);
    return common < numbers.size() && common < other.numbers.size()
        ? other.numbers.get(common) - numbers.get(common)
        : 0;
  }

  private static int compareNumbers(List<Long> one, List<Long> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int compared = Long.compare(one.get(i), other.get(i));
      if (compared != 0) {
        return compared;
      }
    }
    return Integer.compare(one.size(), other.size());
  }
}
