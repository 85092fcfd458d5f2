package dev.pullgate.review;

import dev.pullgate.credential.Keyring;
import dev.pullgate.credential.PullSecret;
import dev.pullgate.image.ImageReference;
import dev.pullgate.policy.Mirror;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import dev.pullgate.policy.Resolution;
import dev.pullgate.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides whether an image comes from a mirror, and asks the mirror where the policy says so.
final class MirrorPlanner {
  private final ImageResolver resolver;
  private final KeyringSource keyrings;

  MirrorPlanner(ImageResolver resolver, KeyringSource keyrings) {
    this.resolver = resolver;
    this.keyrings = keyrings;
  }

  MirrorPlan plan(
      PolicySet policies,
      Workload workload,
      String namespace,
      ImageReference reference,
      Keyring keyring,
      Deadline deadline) {
    Optional<Mirror> mirror =
        policies.mirrorFor(reference).filter(candidate -> !ownedByExcluded(workload, candidate));
    Optional<ImageReference> target = mirror.flatMap(found -> found.rewrite(reference));
    if (mirror.isEmpty() || target.isEmpty()) {
      return new MirrorPlan.None();
    }
    Keyring atMirror = withMirrorSecret(mirror.get(), namespace, keyring, deadline);
    if (!mirror.get().check()) {
      return new MirrorPlan.Rewrite(mirror.get(), target.get(), atMirror, null);
    }
    return checked(policies, mirror.get(), target.get(), atMirror, deadline);
  }

  private MirrorPlan checked(
      PolicySet policies,
      Mirror mirror,
      ImageReference target,
      Keyring atMirror,
      Deadline deadline) {
    RegistrySettings settings =
        policies
            .declared(target.registry())
            .orElseGet(() -> RegistrySettings.undeclared(target.registry()));
    Resolution answer = resolver.resolve(target, atMirror.lookup(target), settings, deadline);
    boolean served =
        switch (answer) {
          case Resolution.Found _ -> true;
          case Resolution.Absent _ -> false;
          case Resolution.Refused refused ->
              (refused.unproven(settings) || atMirror.incomplete()) && rewritesUnproven(mirror);
          case Resolution.Inconclusive _ -> rewritesUnproven(mirror);
        };
    return served
        ? new MirrorPlan.Rewrite(mirror, target, atMirror, answer)
        : new MirrorPlan.Stay(mirror, target, answer);
  }

  private static boolean rewritesUnproven(Mirror mirror) {
    return mirror.onUnproven() == Mirror.OnUnproven.REWRITE;
  }

  private Keyring withMirrorSecret(
      Mirror mirror, String namespace, Keyring keyring, Deadline deadline) {
    return mirror
        .pullSecret()
        .map(name -> {
          List<PullSecret> secrets = new ArrayList<>(keyring.secrets());
          secrets.addAll(keyrings.pullSecrets(namespace, List.of(name), deadline));
          return new Keyring(secrets);
        })
        .orElse(keyring);
  }

  private static boolean ownedByExcluded(Workload workload, Mirror mirror) {
    for (var owner : workload.object().path("metadata").path("ownerReferences")) {
      String kind =
          Workload.group(owner.path("apiVersion").asText("")) + "/" + owner.path("kind").asText("");
      if (mirror.excludedOwners().contains(kind)) {
        return true;
      }
    }
    return false;
  }
}
