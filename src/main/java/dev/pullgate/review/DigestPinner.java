package dev.pullgate.review;

import dev.pullgate.credential.Keyring;
import dev.pullgate.image.Digest;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.DigestRules;
import dev.pullgate.policy.Finding;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.Resolution;
import dev.pullgate.workload.ImageField;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the digest that is written into a pod, from the answer for the tag where the image will
/// come from.
final class DigestPinner {
  private final RegistryAnswers answers;
  private final ImageReview images;

  DigestPinner(RegistryAnswers answers, ImageReview images) {
    this.answers = answers;
    this.images = images;
  }

  /// What becomes of one image.
  ///
  /// @param digest to write; absent where none is written
  /// @param finding why that cannot be done; absent where there is nothing to say
  record Pin(@Nullable Digest digest, @Nullable Finding finding) {
    static final Pin NONE = new Pin(null, null);
  }

  /// Pins an image, where a policy asks for that.
  ///
  /// @param pulled the image where it will come from
  /// @param keyring the secrets that the pod will have then
  /// @param answered what its registry said already; absent where it is still to be asked
  Pin pin(
      ImageReview.Context context,
      ImageField field,
      ImageReference pulled,
      Keyring keyring,
      @Nullable Resolution answered) {
    Optional<Policy> policy = context.policies().pinning(pulled);
    if (policy.isEmpty()
        || pulled.digest().isPresent()
        || images.refusesRegistry(context, field, pulled)) {
      return Pin.NONE;
    }
    Resolution answer = answered == null ? answers.resolve(context, pulled, keyring) : answered;
    if (answer instanceof Resolution.Found found && found.digest().isPresent()) {
      return new Pin(found.digest().get(), null);
    }
    return new Pin(
        null, DigestRules.notPinned(policy.get(), ImageReview.subject(field), answer).orElse(null));
  }

  /// Whether a digest will be written to an image of a pod: at its source, or where a mirror takes
  /// it over.
  static boolean pins(PolicySet policies, ImageReference written) {
    return written.digest().isEmpty()
        && (policies.pinning(written).isPresent()
            || policies
                .mirrorFor(written)
                .flatMap(mirror -> mirror.rewrite(written))
                .flatMap(policies::pinning)
                .isPresent());
  }

  /// The text of an image with a digest behind its tag.
  ///
  /// @param text the image as it is written
  static String pinned(String text, ImageReference reference, Digest digest) {
    String tag = reference.tag().isPresent() ? "" : ":" + ImageReference.DEFAULT_TAG;
    return text + tag + "@" + digest;
  }

  /// Whether an image is another one with a digest written to it.
  static boolean isPinned(ImageReference image, ImageReference original) {
    return image.digest().isPresent()
        && original.digest().isEmpty()
        && image.name().equals(original.name())
        && image.withoutDigest().manifestReference().equals(original.manifestReference());
  }
}
