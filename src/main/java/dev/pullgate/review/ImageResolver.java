package dev.pullgate.review;

import dev.pullgate.credential.Credential;
import dev.pullgate.image.ImageReference;
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
}
