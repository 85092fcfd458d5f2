package dev.pullgate.policy;

import dev.pullgate.image.PolicyName;
import java.util.List;

/// The names under which one image is known: its source, and a mirror's form of it. A policy on
/// `docker.io/**` holds for both, so that rewriting opens no way around it.
///
/// @param source the name at the source
/// @param others the name as written and the name that a mirror gives it, where they differ
public record ImageForms(PolicyName source, List<PolicyName> others) {
  /// Copies the names.
  public ImageForms {
    others = List.copyOf(others);
  }

  /// Whether a glob stands for any of the forms.
  public boolean anyMatches(ImageGlob glob) {
    return glob.matches(source) || others.stream().anyMatch(glob::matches);
  }
}
