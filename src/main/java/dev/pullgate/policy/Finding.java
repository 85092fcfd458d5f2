package dev.pullgate.policy;

import java.util.HashMap;
import java.util.Map;

/// One rule that holds for one image, under one policy.
///
/// @param policy the name of the policy
/// @param mode of the section, or of the policy
/// @param verdict what follows for the object
/// @param message what is wrong, without a full stop, image included
/// @param proof how that is known; empty where the message says it all
/// @param repair what to do
/// @param evidence facts by name: what was asked (`registry`, `probe`, `access`) and what came
///   (`registryStatus`, `digest`, `detail`, `cause`), `secret` and `nearMisses`, and parts of the
///   repair (`proposedImage`, `nearestTags`, `command`); never a secret value
public record Finding(
    Rule rule,
    String policy,
    Mode mode,
    Verdict verdict,
    Subject subject,
    String message,
    String proof,
    String repair,
    Map<String, String> evidence) {
  /// The evidence of a denial that is a warning for the sake of an owner older than the policy:
  /// that owner, or [#UNREAD_OWNER].
  public static final String EXISTING = "existing";

  /// The owner could not be read, and the benefit of the doubt is given.
  public static final String UNREAD_OWNER = "unread";

  /// Copies the evidence.
  public Finding {
    evidence = Map.copyOf(evidence);
  }

  /// The same finding with another verdict.
  public Finding withVerdict(Verdict other) {
    return new Finding(rule, policy, mode, other, subject, message, proof, repair, evidence);
  }

  /// The same finding with a better repair.
  ///
  /// @param more evidence, beside what is there
  public Finding repairedBy(String better, Map<String, String> more) {
    Map<String, String> both = new HashMap<>(evidence);
    both.putAll(more);
    return new Finding(rule, policy, mode, verdict, subject, message, proof, better, both);
  }
}
