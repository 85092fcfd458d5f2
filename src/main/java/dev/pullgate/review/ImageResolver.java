package dev.pullgate.review;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import java.util.List;

/// Port: asks the registry of an image whether it can be had.
public interface ImageResolver {
  /// Asks as containerd would pull: without a login first, each credential only after a challenge,
  /// and never back to anonymous access once one matched. Returns in time whatever the registry
  /// does; every expected outcome is a value.
  ///
  /// @param credentials those that the kubelet would try, in its order; empty for anonymous access
  /// @param settings what is declared of the registry
  Resolution resolve(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline);

  /// Whether [#resolve] and [#index] answer from memory, so that nobody waits for them.
  boolean remembers(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline);

  /// The platforms behind a manifest that was found. Reads the index, which counts as a pull, only
  /// where its digest has not been read before and its registry does not count.
  ///
  /// @param found what [#resolve] answered with the same arguments
  IndexContent index(
      ImageReference reference,
      Resolution.Found found,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline);

  /// The tags of a reference's repository, for proposals: as the registry lists them, at most some
  /// thousand. Empty where they cannot be listed in time.
  List<String> tags(
      ImageReference reference,
      List<Credential> credentials,
      RegistrySettings settings,
      Deadline deadline);
}
