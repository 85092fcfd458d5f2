package dev.pullgate.policy;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Exempts images from rules for a while.
///
/// @param name the object's name
/// @param policies names of the policies that it exempts from
/// @param rules that it exempts from
/// @param namespaces in which it holds; empty for all
/// @param images that it exempts, by their source form; empty for all
/// @param reason why, in the words of who allowed it
/// @param expires when it has no effect any more
public record PolicyException(
    String name,
    Set<String> policies,
    Set<Rule> rules,
    Set<String> namespaces,
    List<ImageGlob> images,
    String reason,
    Instant expires) {
  /// Copies the collections.
  public PolicyException {
    policies = Set.copyOf(policies);
    rules = Set.copyOf(rules);
    namespaces = Set.copyOf(namespaces);
    images = List.copyOf(images);
  }
}
