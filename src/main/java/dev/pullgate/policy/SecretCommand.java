package dev.pullgate.policy;

import java.util.regex.Pattern;

/// The lines of kubectl that make a pull secret, to be copied into a shell. Names come from
/// tenants: one that the API server would not take is left for the reader to fill in, so that no
/// name can bring a command of its own.
final class SecretCommand {
  /// What stands for a name that the reader chooses.
  static final String NAME = "NAME";

  private static final Pattern OBJECT_NAME =
      Pattern.compile("[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?");
  private static final Pattern SHELL_SAFE = Pattern.compile("[A-Za-z0-9._:/-]+");

  private SecretCommand() {}

  /// Whether the API server takes a name for a secret.
  static boolean isObjectName(String name) {
    return OBJECT_NAME.matcher(name).matches();
  }

  /// The line that creates a secret for the registry of an image.
  static String create(ImageFacts facts, String name) {
    return "kubectl create secret docker-registry %s%s --docker-server=%s --docker-username=USER --docker-password=PASSWORD"
        .formatted(safeName(name), namespace(facts), server(facts));
  }

  /// The line that puts a secret in the place of another by the same name: its type cannot be
  /// changed.
  static String replace(ImageFacts facts, String name) {
    return isObjectName(name)
        ? "kubectl delete secret %s%s && ".formatted(name, namespace(facts)) + create(facts, name)
        : create(facts, name);
  }

  /// The key that serves the registry of an image. Docker Hub's is the address that docker itself
  /// writes.
  static String key(ImageFacts facts) {
    String registry = facts.pulled().registry();
    return registry.equals("docker.io") ? "https://index.docker.io/v1/" : registry;
  }

  private static String server(ImageFacts facts) {
    String key = key(facts);
    return SHELL_SAFE.matcher(key).matches() ? key : "'" + key + "'";
  }

  private static String safeName(String name) {
    return isObjectName(name) ? name : NAME;
  }

  private static String namespace(ImageFacts facts) {
    String namespace = facts.namespace();
    if (namespace.isEmpty()) {
      return "";
    }
    return " -n " + (isObjectName(namespace) ? namespace : "NAMESPACE");
  }
}
