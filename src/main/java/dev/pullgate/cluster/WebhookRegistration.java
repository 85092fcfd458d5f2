package dev.pullgate.cluster;

import dev.pullgate.resource.Kinds;
import dev.pullgate.workload.CustomKind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperations;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperationsBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Registers the webhooks with the API server, and the namespace that keeps the certificates.
/// Applied on the server's side, so that doing it again changes nothing.
public final class WebhookRegistration {
  private static final String CONFIGURATION = "pullgate";
  private static final String FIELD_MANAGER = "pullgate";
  private static final String ENFORCEMENT_LABEL = "pullgate.dev/enforcement";
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";

  private static final int OWN_KINDS_SECONDS = 5;

  private final KubernetesClient client;
  private final String namespace;
  private final WebhookAddress address;
  private final String failurePolicy;
  private final int timeoutSeconds;
  private final List<CustomKind> customKinds;

  /// Takes where the webhooks are and what happens when they do not answer.
  ///
  /// @param namespace of the gate
  /// @param failurePolicy `Ignore` or `Fail`
  /// @param timeoutSeconds the API server's limit for one call, 1 to 30
  /// @param customKinds to be validated beside those of the API server
  public WebhookRegistration(
      KubernetesClient client,
      String namespace,
      WebhookAddress address,
      String failurePolicy,
      int timeoutSeconds,
      List<CustomKind> customKinds) {
    this.client = client;
    this.namespace = namespace;
    this.address = address;
    this.failurePolicy = failurePolicy;
    this.timeoutSeconds = timeoutSeconds;
    this.customKinds = List.copyOf(customKinds);
  }

  /// Makes the gate's namespace where it is missing.
  ///
  /// @throws ClusterException when it cannot be looked for, or is missing and may not be made
  public void ensureNamespace() throws ClusterException {
    try {
      if (client.namespaces().withName(namespace).get() != null) {
        return;
      }
    } catch (KubernetesClientException e) {
      throw new ClusterException(
          "the namespace "
              + namespace
              + " cannot be read: "
              + ClusterConnection.reason(e)
              + ". The gate needs get, list and watch on namespaces");
    }
    try {
      client
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName(namespace)
                  .addToLabels("app.kubernetes.io/name", "pullgate")
                  .endMetadata()
                  .build())
          .fieldManager(FIELD_MANAGER)
          .forceConflicts()
          .serverSideApply();
    } catch (KubernetesClientException e) {
      throw new ClusterException(
          "the namespace "
              + namespace
              + " is missing and cannot be made: "
              + ClusterConnection.reason(e)
              + ". Make it first: kubectl create namespace "
              + namespace);
    }
  }

  /// Registers the webhooks.
  ///
  /// @param authorities PEM certificates by which the API server trusts them
  /// @throws ClusterException when the API server refuses
  public void register(String authorities) throws ClusterException {
    String bundle =
        Base64.getEncoder().encodeToString(authorities.getBytes(StandardCharsets.UTF_8));
    try {
      client
          .resource(mutating(bundle).build())
          .fieldManager(FIELD_MANAGER)
          .forceConflicts()
          .serverSideApply();
      client
          .resource(validating(bundle).build())
          .fieldManager(FIELD_MANAGER)
          .forceConflicts()
          .serverSideApply();
    } catch (KubernetesClientException e) {
      throw new ClusterException(
          "the webhooks cannot be registered: "
              + ClusterConnection.reason(e)
              + ". The gate needs get, create and patch on mutatingwebhookconfigurations and"
              + " validatingwebhookconfigurations");
    }
  }

  /// Whether both webhooks are registered with these authorities.
  ///
  /// @throws ClusterException when the API server does not say
  public boolean isRegistered(String authorities) throws ClusterException {
    String bundle =
        Base64.getEncoder().encodeToString(authorities.getBytes(StandardCharsets.UTF_8));
    try {
      var admission = client.admissionRegistration().v1();
      var mutating = admission.mutatingWebhookConfigurations().withName(CONFIGURATION).get();
      var validating = admission.validatingWebhookConfigurations().withName(CONFIGURATION).get();
      return mutating != null
          && validating != null
          && mutating.getWebhooks().stream()
              .allMatch(webhook -> bundle.equals(webhook.getClientConfig().getCaBundle()))
          && validating.getWebhooks().stream()
              .allMatch(webhook -> bundle.equals(webhook.getClientConfig().getCaBundle()));
    } catch (KubernetesClientException e) {
      throw new ClusterException(
          "whether the webhooks are registered is not known: " + ClusterConnection.reason(e));
    }
  }

  private MutatingWebhookConfigurationBuilder mutating(String bundle) {
    return new MutatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName(CONFIGURATION)
        .endMetadata()
        .addNewWebhook()
        .withName("mutate.pullgate.dev")
        .withClientConfig(clientConfig("/mutate", bundle))
        .withRules(podRule())
        .withNamespaceSelector(namespaces())
        .withMatchConditions(MatchConditions.ofMutation())
        .withMatchPolicy("Equivalent")
        .withReinvocationPolicy("IfNeeded")
        .withFailurePolicy(failurePolicy)
        .withSideEffects("None")
        .withTimeoutSeconds(timeoutSeconds)
        .withAdmissionReviewVersions("v1")
        .endWebhook();
  }

  private ValidatingWebhookConfigurationBuilder validating(String bundle) {
    return new ValidatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName(CONFIGURATION)
        .endMetadata()
        .addNewWebhook()
        .withName("validate.pullgate.dev")
        .withClientConfig(clientConfig("/validate", bundle))
        .withRules(validatedRules())
        .withNamespaceSelector(namespaces())
        .withMatchConditions(MatchConditions.ofValidation())
        .withMatchPolicy("Equivalent")
        .withFailurePolicy(failurePolicy)
        .withSideEffects("None")
        .withTimeoutSeconds(timeoutSeconds)
        .withAdmissionReviewVersions("v1")
        .endWebhook()
        // The gate's own kinds. Never Fail: a policy must be repairable while no gate answers.
        .addNewWebhook()
        .withName("policies.pullgate.dev")
        .withClientConfig(clientConfig("/validate", bundle))
        .withRules(ownKinds())
        .withMatchPolicy("Equivalent")
        .withFailurePolicy("Ignore")
        .withSideEffects("None")
        .withTimeoutSeconds(Math.min(timeoutSeconds, OWN_KINDS_SECONDS))
        .withAdmissionReviewVersions("v1")
        .endWebhook();
  }

  private static RuleWithOperations ownKinds() {
    return new RuleWithOperationsBuilder()
        .withApiGroups(Kinds.GROUP)
        .withApiVersions(Kinds.VERSION)
        .withOperations("CREATE", "UPDATE")
        .withResources(Kinds.ALL.stream().map(HasMetadata::getPlural).toList())
        .withScope("*")
        .build();
  }

  private WebhookClientConfig clientConfig(String path, String bundle) {
    WebhookClientConfigBuilder config = new WebhookClientConfigBuilder().withCaBundle(bundle);
    return switch (address) {
      case WebhookAddress.Url url ->
          config.withUrl(url.base().toString().replaceFirst("/+$", "") + path).build();
      case WebhookAddress.Service service ->
          config
              .withNewService()
              .withNamespace(service.namespace())
              .withName(service.name())
              .withPort(service.port())
              .withPath(path)
              .endService()
              .build();
    };
  }

  private static RuleWithOperations podRule() {
    return rule("", List.of("v1"), List.of("pods", "pods/ephemeralcontainers"));
  }

  private List<RuleWithOperations> validatedRules() {
    List<String> v1 = List.of("v1");
    List<RuleWithOperations> rules =
        new ArrayList<>(
            List.of(
                podRule(),
                rule("", v1, List.of("podtemplates", "replicationcontrollers")),
                rule(
                    "apps",
                    v1,
                    List.of("deployments", "statefulsets", "daemonsets", "replicasets")),
                rule("batch", v1, List.of("jobs", "cronjobs"))));
    customKinds.forEach(
        kind -> rules.add(rule(kind.group(), kind.versions(), List.of(kind.resource()))));
    return rules;
  }

  private static RuleWithOperations rule(
      String group, List<String> versions, List<String> resources) {
    return new RuleWithOperationsBuilder()
        .withApiGroups(group)
        .withApiVersions(versions)
        .withOperations("CREATE", "UPDATE")
        .withResources(resources)
        .withScope("Namespaced")
        .build();
  }

  /// A gate that judged its own namespace could lock itself out.
  private LabelSelector namespaces() {
    return new LabelSelectorBuilder()
        .addNewMatchExpression()
        .withKey(ENFORCEMENT_LABEL)
        .withOperator("NotIn")
        .withValues("disabled")
        .endMatchExpression()
        .addNewMatchExpression()
        .withKey(NAME_LABEL)
        .withOperator("NotIn")
        .withValues("kube-system", namespace)
        .endMatchExpression()
        .build();
  }
}
