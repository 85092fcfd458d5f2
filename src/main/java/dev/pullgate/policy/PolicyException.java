package dev.pullgate.policy;

import dev.pullgate.image.PolicyName;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Exempts images from rules for a while.
///
/// @param name the object's name
/// @param policies the policies that it exempts from, by their [Policy#id]
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

  /// Whether it has an effect in a namespace at a moment.
  public boolean holdsIn(String namespace, Instant now) {
    return now.isBefore(expires) && (namespaces.isEmpty() || namespaces.contains(namespace));
  }

  /// Whether it exempts an image from a rule of a policy.
  ///
  /// @param policy its [Policy#id]
  /// @param source the image at its source; null for what is no reference, so that only an
  ///   exception for all images reaches it
  public boolean exempts(String policy, Rule rule, @Nullable PolicyName source) {
    boolean image =
        images.isEmpty()
            || (source != null && images.stream().anyMatch(glob -> glob.matches(source)));
    return image && rules.contains(rule) && policies.contains(policy);
  }
}
