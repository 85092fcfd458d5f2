package dev.pullgate.workload;

/// One image value of an object.
///
/// @param list the list that holds it
/// @param name of the container or volume; as tenants wrote it, so escape it before it is shown
/// @param pointer JSON pointer of the value, for example `/spec/containers/0/image`
/// @param image as written; empty where there is none
/// @param pullPolicy of the container or volume
public record ImageField(
    List list, String name, String pointer, String image, PullPolicy pullPolicy) {
  /// When the kubelet asks the registry.
  public enum PullPolicy {
    /// At each start.
    ALWAYS,
    /// Where the node has no such image.
    IF_NOT_PRESENT,
    /// Not at all.
    NEVER,
    /// Not said: IF_NOT_PRESENT, but ALWAYS for the tag `latest`.
    UNSET;

    static PullPolicy of(String text) {
      return switch (text) {
        case "Always" -> ALWAYS;
        case "IfNotPresent" -> IF_NOT_PRESENT;
        case "Never" -> NEVER;
        default -> UNSET;
      };
    }
  }

  /// Where an image stands: in which list of a pod, mostly.
  public enum List {
    /// Init containers.
    INIT_CONTAINERS("initContainers", "init container", "image", "imagePullPolicy"),
    /// Containers.
    CONTAINERS("containers", "container", "image", "imagePullPolicy"),
    /// Ephemeral containers, as `kubectl debug` adds them.
    EPHEMERAL_CONTAINERS("ephemeralContainers", "ephemeral container", "image", "imagePullPolicy"),
    /// Volumes that mount the content of an image.
    VOLUMES("volumes", "image volume", "image/reference", "image/pullPolicy"),
    /// No list of a pod: a place in an object of a custom kind, whose name is its pointer.
    OTHER("images", "image at", "", "");

    static final java.util.List<List> OF_A_POD =
        java.util.List.of(INIT_CONTAINERS, CONTAINERS, EPHEMERAL_CONTAINERS, VOLUMES);

    private final String field;
    private final String label;
    private final String imagePath;
    private final String policyPath;

    List(String field, String label, String imagePath, String policyPath) {
      this.field = field;
      this.label = label;
      this.imagePath = imagePath;
      this.policyPath = policyPath;
    }

    /// The name of the list in a pod's spec.
    public String field() {
      return field;
    }

    /// What an element is called in messages.
    public String label() {
      return label;
    }

    String imagePath() {
      return imagePath;
    }

    String policyPath() {
      return policyPath;
    }
  }

  /// Whether the image is never pulled.
  public boolean neverPulled() {
    return pullPolicy == PullPolicy.NEVER;
  }

  /// The key within an object that survives reordering, for example `containers/web`.
  public String key() {
    return list.field() + "/" + name;
  }
}
