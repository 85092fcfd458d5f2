package dev.pullgate.review;

import dev.pullgate.policy.Finding;
import dev.pullgate.policy.PolicyException;

/// A finding that does not count, and the exception by which it does not.
///
/// @param endsSoon whether the exception ends within [#NOTICE_DAYS] days
public record Exemption(PolicyException exception, Finding finding, boolean endsSoon) {
  /// How many days ahead the end of an exception is announced.
  public static final int NOTICE_DAYS = 14;
}
