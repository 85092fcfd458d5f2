package dev.pullgate.review;

import dev.pullgate.credential.Keyring;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.Mirror;
import dev.pullgate.policy.Resolution;
import org.jspecify.annotations.Nullable;

/// What a mirror means for one image.
sealed interface MirrorPlan {
  /// No mirror takes the image over.
  record None() implements MirrorPlan {}

  /// The image comes from the mirror.
  ///
  /// @param keyring the pod's, with the mirror's own secret
  /// @param checked what the mirror answered; absent where the policy does not have it asked
  record Rewrite(
      Mirror mirror, ImageReference target, Keyring keyring, @Nullable Resolution checked)
      implements MirrorPlan {}

  /// The image stays at its source, since of what the mirror answered.
  record Stay(Mirror mirror, ImageReference target, Resolution answer) implements MirrorPlan {}
}
