package dev.pullgate.review;

import dev.pullgate.credential.PullSecret;
import java.util.List;

/// Port: reads pull secrets as the kubelet would, in the pod's namespace.
public interface KeyringSource {
  /// Reads secrets by name, one result a name, in the same order. What cannot be read is
  /// [PullSecret.Unknown], and so is what cannot be read by the deadline.
  List<PullSecret> pullSecrets(String namespace, List<String> names, Deadline deadline);

  /// Reads the pull secrets that a ServiceAccount names. Where the account cannot be read, or is
  /// not there yet, that is one [PullSecret.Unknown]: what it will name is not known.
  List<PullSecret> serviceAccountPullSecrets(
      String namespace, String serviceAccount, Deadline deadline);
}
