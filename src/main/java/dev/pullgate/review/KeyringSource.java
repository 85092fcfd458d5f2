package dev.pullgate.review;

import dev.pullgate.credential.PullSecret;
import java.util.List;

/// Port: reads pull secrets as the kubelet would, in the pod's namespace.
public interface KeyringSource {
  /// Reads secrets by name, one result a name, in the same order. What cannot be read is
  /// [PullSecret.Unknown].
  List<PullSecret> pullSecrets(String namespace, List<String> names);

  /// The pull secrets that a ServiceAccount names; empty where it has none or cannot be read.
  List<String> serviceAccountPullSecrets(String namespace, String serviceAccount);
}
