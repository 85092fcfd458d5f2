package dev.pullgate.app;

import dev.pullgate.credential.PullSecret;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.KeyringSource;
import java.util.List;

/// Without a cluster no secret is known: nothing follows from one that is named.
final class UnknownKeyrings implements KeyringSource {
  @Override
  public List<PullSecret> pullSecrets(String namespace, List<String> names, Deadline deadline) {
    return names.stream()
        .<PullSecret>map(name -> new PullSecret.Unknown(name, "there is no cluster to ask"))
        .toList();
  }

  @Override
  public List<PullSecret> serviceAccountPullSecrets(
      String namespace, String serviceAccount, Deadline deadline) {
    return List.of(
        new PullSecret.Unknown(
            "of ServiceAccount " + serviceAccount, "there is no cluster to ask"));
  }
}
