package dev.pullgate.credential;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A secret that a pod names in `imagePullSecrets`, read as the kubelet reads it.
///
/// @see <a
///   href="https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/credentialprovider/secrets/secrets.go">secrets.go</a>
/// @see <a
///   href="https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/credentialprovider/config.go">config.go</a>
public sealed interface PullSecret {
  /// The name of the secret, in the pod's namespace.
  String name();

  /// A secret whose entries take part in the lookup.
  ///
  /// @param entries in the order of the document; may be empty
  record Usable(String name, List<Entry> entries) implements PullSecret {
    /// Copies the entries.
    public Usable {
      entries = List.copyOf(entries);
    }
  }

  /// A secret that the kubelet passes over in silence: another type, or the data key is missing or
  /// empty.
  ///
  /// @param reason one clause, such as `its type is Opaque, not kubernetes.io/dockerconfigjson`
  record PassedOver(String name, String reason) implements PullSecret {}

  /// A secret that fails the lookup for the whole pod.
  ///
  /// @param reason one clause; holds nothing of the content
  record Malformed(String name, String reason) implements PullSecret {}

  /// A secret that the namespace does not hold.
  record Missing(String name) implements PullSecret {}

  /// A secret that could not be read, or was not looked for: nothing follows from it.
  ///
  /// @param reason one clause
  record Unknown(String name, String reason) implements PullSecret {}

  /// One entry under `auths`. Holds a password, so `toString` shows the key only.
  record Entry(String key, String username, String password) {
    @Override
    public String toString() {
      return "Entry[" + key + "]";
    }
  }

  /// Reads a secret.
  ///
  /// @param type the secret's `type`
  /// @param data the decoded `data`
  static PullSecret read(String name, String type, Map<String, byte[]> data) {
    Optional<Form> form = Form.ofType(type);
    if (form.isEmpty()) {
      String written = type.isEmpty() ? "missing" : KeyringKey.cut(type);
      return new PassedOver(
          name, "its type is " + written + ", not " + Form.CONFIG_JSON.type + ", so it is ignored");
    }
    byte[] content = data.get(form.get().dataKey);
    if (content == null || content.length == 0) {
      String others =
          data.keySet().stream()
              .filter(key -> !key.equals(form.get().dataKey))
              .sorted()
              .limit(3)
              .map(KeyringKey::cut)
              .collect(Collectors.joining(", "));
      return new PassedOver(
          name,
          "it has no data key "
              + form.get().dataKey
              + (others.isEmpty() ? "" : ", only " + others)
              + ", so it is ignored");
    }
    try {
      return new Usable(name, PullSecretParser.entries(form.get() == Form.CONFIG_JSON, content));
    } catch (MalformedPullSecretException e) {
      return new Malformed(name, e.reason());
    }
  }

  /// The two types of secret that the kubelet knows.
  enum Form {
    /// The configuration file of today's docker: entries under `auths`.
    CONFIG_JSON("kubernetes.io/dockerconfigjson", ".dockerconfigjson"),
    /// The older one: entries at the top.
    CONFIG("kubernetes.io/dockercfg", ".dockercfg");

    private final String type;
    private final String dataKey;

    Form(String type, String dataKey) {
      this.type = type;
      this.dataKey = dataKey;
    }

    static Optional<Form> ofType(String type) {
      for (Form form : values()) {
        if (form.type.equals(type)) {
          return Optional.of(form);
        }
      }
      return Optional.empty();
    }
  }
}
