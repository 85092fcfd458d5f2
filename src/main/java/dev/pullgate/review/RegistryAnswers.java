package dev.pullgate.review;

import dev.pullgate.credential.Keyring;
import dev.pullgate.image.ImageReference;
import dev.pullgate.image.MediaType;
import dev.pullgate.policy.ImagePlatforms;
import dev.pullgate.policy.IndexContent;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import java.util.Optional;
import java.util.stream.Stream;

/// What registries answer for the images of one object: no more is asked than what the policies
/// want to know.
final class RegistryAnswers {
  private final ImageResolver resolver;

  RegistryAnswers(ImageResolver resolver) {
    this.resolver = resolver;
  }

  /// Whether an image can be had. Of one that was just pinned, the answer for its tag is there
  /// already, and proves the same.
  Resolution resolve(ImageReview.Context context, ImageReference reference, Keyring keyring) {
    boolean taggedToo = reference.tag().isPresent() && reference.digest().isPresent();
    if (taggedToo && context.policies().pinning(reference).isPresent()) {
      Resolution byTag = ask(context, reference.withoutDigest(), keyring);
      if (byTag instanceof Resolution.Found found && found.digest().equals(reference.digest())) {
        return byTag;
      }
    }
    return ask(context, reference, keyring);
  }

  /// Whether the answer for an image is there already.
  boolean remember(ImageReview.Context context, ImageReference reference) {
    return resolver.remembers(
        reference,
        context.keyring().lookup(reference),
        settings(context, reference),
        context.deadline());
  }

  private Resolution ask(ImageReview.Context context, ImageReference reference, Keyring keyring) {
    return resolver.resolve(
        reference, keyring.lookup(reference), settings(context, reference), context.deadline());
  }

  /// What an index serves, where the answer is an index and a policy wants to know. Otherwise it is
  /// not read: that may count as a pull.
  Optional<ImagePlatforms> platforms(
      ImageReview.Context context,
      Stream<Policy> policies,
      ImageReference reference,
      Keyring keyring,
      Resolution answer) {
    if (!(answer instanceof Resolution.Found found)
        || !MediaType.INDEXES.contains(found.mediaType())
        || policies
            .flatMap(policy -> policy.sections().resolution().stream())
            .noneMatch(section -> wants(section, context.nodes()))) {
      return Optional.empty();
    }
    IndexContent content =
        resolver.index(
            reference,
            found,
            keyring.lookup(reference),
            settings(context, reference),
            context.deadline());
    PodNodes nodes = context.nodes();
    return Optional.of(new ImagePlatforms(content, nodes.needs(), nodes.everyPlatformKnown()));
  }

  private static boolean wants(Policy.Resolving section, PodNodes nodes) {
    return switch (section.platforms()) {
      case Policy.WantedPlatforms.Nodes _ -> !nodes.needs().isEmpty();
      case Policy.WantedPlatforms.Skip _ -> false;
      case Policy.WantedPlatforms.Listed _ -> true;
    };
  }

  /// What is declared of an image's registry.
  static RegistrySettings settings(ImageReview.Context context, ImageReference reference) {
    return context
        .policies()
        .declared(reference.registry())
        .orElseGet(() -> RegistrySettings.undeclared(reference.registry()));
  }
}
