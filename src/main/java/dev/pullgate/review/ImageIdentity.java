package dev.pullgate.review;

import dev.pullgate.image.Digest;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.PolicySet;

/// Which image a text means, whether it is written with its source's name or with a mirror's. The
/// mapping is that of the policies, never one that an object tells.
///
/// @param name at the source; the text itself where it is no reference
/// @param tag the default one where there is none
/// @param digest empty where there is none
record ImageIdentity(String name, String tag, String digest) {
  static ImageIdentity of(PolicySet policies, String image) {
    return ImageReference.parseIfValid(image)
        .map(written ->
            policies.source(written).map(PolicySet.MirroredSource::source).orElse(written))
        .map(source ->
            new ImageIdentity(
                source.policyName().toString(),
                source.tag().orElse(ImageReference.DEFAULT_TAG),
                source.digest().map(Digest::toString).orElse("")))
        .orElseGet(() -> new ImageIdentity(image, "", ""));
  }

  /// Whether both mean the same content, as far as the text says.
  boolean isSameAs(ImageIdentity other) {
    return name.equals(other.name)
        && digest.equals(other.digest)
        && (!digest.isEmpty() || tag.equals(other.tag));
  }

  /// Whether this may be what pinning made of the other: its tag, and a digest beside it.
  boolean mayBePinned(ImageIdentity unpinned) {
    return name.equals(unpinned.name)
        && tag.equals(unpinned.tag)
        && !digest.isEmpty()
        && unpinned.digest.isEmpty();
  }
}
