package dev.pullgate.review;

import dev.pullgate.credential.Keyring;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.Mirror;
import dev.pullgate.policy.Resolution;

/// What a mirror means for one image.
sealed interface MirrorPlan {
  /// No mirror takes the image over.
  record None() implements MirrorPlan {}

  /// The image comes from the mirror.
  ///
  /// @param keyring the pod's, with the mirror's own secret
  record Rewrite(Mirror mirror, ImageReference target, Keyring keyring) implements MirrorPlan {}

  /// The image stays at its source, since of what the mirror answered.
  record Stay(Mirror mirror, ImageReference target, Resolution answer) implements MirrorPlan {}
}
