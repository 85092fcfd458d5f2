package dev.pullgate.app;

import dev.pullgate.certificate.CertificateKeeper;
import dev.pullgate.certificate.CertificateStore;
import dev.pullgate.certificate.FileCertificateStore;
import dev.pullgate.cluster.ClusterConnection;
import dev.pullgate.cluster.ClusterException;
import dev.pullgate.cluster.ClusterKeyringSource;
import dev.pullgate.cluster.ClusterNamespaceSource;
import dev.pullgate.cluster.ClusterNodeSource;
import dev.pullgate.cluster.ClusterOwnerSource;
import dev.pullgate.cluster.ClusterPolicySource;
import dev.pullgate.cluster.Leadership;
import dev.pullgate.cluster.SecretCertificateStore;
import dev.pullgate.cluster.StatusWriter;
import dev.pullgate.cluster.WebhookAddress;
import dev.pullgate.cluster.WebhookRegistration;
import dev.pullgate.document.DocumentException;
import dev.pullgate.document.KindFiles;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.registry.NodeCredentials;
import dev.pullgate.registry.RegistryClient;
import dev.pullgate.review.KeyringSource;
import dev.pullgate.review.PolicySource;
import dev.pullgate.review.ReviewPorts;
import dev.pullgate.review.Reviewer;
import dev.pullgate.workload.CustomKinds;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Everything that one server is made of, wired by hand in the order in which it starts.
final class Gate implements AutoCloseable {
  private final PolicySource policies;
  private final RegistryClient registries;
  private final Reviewer reviewer;
  private final CertificateKeeper certificates;
  private final CertificateStore certificateStore;
  private final Optional<WebhookRegistration> registration;
  private final List<Runnable> closing;

  private Gate(
      PolicySource policies,
      RegistryClient registries,
      Reviewer reviewer,
      CertificateKeeper certificates,
      CertificateStore certificateStore,
      Optional<WebhookRegistration> registration,
      List<Runnable> closing) {
    this.policies = policies;
    this.registries = registries;
    this.reviewer = reviewer;
    this.certificates = certificates;
    this.certificateStore = certificateStore;
    this.registration = registration;
    this.closing = List.copyOf(closing);
  }

  /// Builds the gate.
  ///
  /// @throws DocumentException when a policy cannot be used
  /// @throws ClusterException when the cluster cannot be used
  /// @throws IOException with a sentence when the certificates cannot be kept
  static Gate build(GateConfiguration configuration, MeterRegistry meters, InstantSource clock)
      throws DocumentException, ClusterException, IOException {
    PolicySet files = PolicyFolders.load(configuration);
    CustomKinds kinds = KindFiles.load(configuration.kinds().orElseGet(List::of));
    if (configuration.standalone()) {
      return started(standalone(configuration, meters, clock, files, kinds));
    }
    KubernetesClient client =
        ClusterConnection.open(configuration.kubeconfig(), configuration.context());
    return started(inCluster(configuration, meters, clock, files, kinds, client));
  }

  private static Gate standalone(
      GateConfiguration configuration,
      MeterRegistry meters,
      InstantSource clock,
      PolicySet files,
      CustomKinds kinds) {
    RegistryClient registries = new RegistryClient(() -> files, meters, clock);
    CertificateStore store = new FileCertificateStore(certificateFolder(configuration));
    KeyringSource keyrings = new UnknownKeyrings();
    ReviewPorts ports =
        new ReviewPorts(
            () -> files,
            new NodeCredentials(registries, keyrings, configuration.namespace(), meters),
            keyrings,
            new UnlabelledNamespaces(),
            List::of,
            new UnknownOwners());
    return new Gate(
        () -> files,
        registries,
        new Reviewer(ports, kinds),
        new CertificateKeeper(store, servingNames(configuration), clock),
        store,
        Optional.empty(),
        List.of(registries::close));
  }

  private static Gate inCluster(
      GateConfiguration configuration,
      MeterRegistry meters,
      InstantSource clock,
      PolicySet files,
      CustomKinds kinds,
      KubernetesClient client)
      throws ClusterException {
    String namespace = configuration.namespace();
    ClusterNamespaceSource namespaces = new ClusterNamespaceSource(client);
    ClusterNodeSource nodes = new ClusterNodeSource(client, meters);
    ClusterKeyringSource keyrings = new ClusterKeyringSource(client, meters);
    CertificateStore store = new SecretCertificateStore(client, namespace);
    WebhookRegistration registration =
        new WebhookRegistration(
            client,
            namespace,
            address(configuration),
            configuration.failurePolicy(),
            configuration.webhookTimeoutSeconds(),
            kinds.all());
    registration.ensureNamespace();
    ClusterPolicySource policies = ClusterPolicySource.watch(client, files, meters, clock);
    RegistryClient registries = new RegistryClient(policies, meters, clock);
    Leadership leadership = Leadership.start(client, namespace);
    StatusWriter status =
        StatusWriter.start(client, policies, registries, leadership::leads, clock);
    List<Runnable> closing =
        List.of(
            status::close,
            leadership::close,
            policies::close,
            registries::close,
            namespaces::close,
            keyrings::close,
            nodes::close,
            client::close);
    ReviewPorts ports =
        new ReviewPorts(
            policies,
            new NodeCredentials(registries, keyrings, namespace, meters),
            keyrings,
            namespaces,
            nodes,
            new ClusterOwnerSource(client, meters));
    return new Gate(
        policies,
        registries,
        new Reviewer(ports, kinds),
        new CertificateKeeper(store, servingNames(configuration), clock),
        store,
        Optional.of(registration),
        closing);
  }

  private static Gate started(Gate gate) throws IOException {
    gate.certificates.refresh();
    return gate;
  }

  /// Does beforehand what the first review would wait for.
  void warmUp(InstantSource clock) {
    registries.prepare();
    WarmUp.run(reviewer, clock);
  }

  private static WebhookAddress address(GateConfiguration configuration) {
    return configuration
        .webhookUrl()
        .<WebhookAddress>map(WebhookAddress.Url::new)
        .orElseGet(() ->
            new WebhookAddress.Service(configuration.namespace(), configuration.service(), 443));
  }

  /// Under all of these names a call may arrive: by URL, by service, and from this machine.
  private static Set<String> servingNames(GateConfiguration configuration) {
    Set<String> names = new TreeSet<>(Set.of("localhost", "127.0.0.1", "::1"));
    String service = configuration.service() + "." + configuration.namespace() + ".svc";
    names.add(service);
    names.add(service + ".cluster.local");
    configuration
        .webhookUrl()
        .map(URI::getHost)
        .map(host -> host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
        .ifPresent(names::add);
    return names;
  }

  private static Path certificateFolder(GateConfiguration configuration) {
    return configuration
        .certificates()
        .orElseGet(() -> {
          String state = System.getenv("XDG_STATE_HOME");
          Path base =
              state == null || state.isEmpty()
                  ? Path.of(System.getProperty("user.home"), ".local", "state")
                  : Path.of(state);
          return base.resolve("pullgate").resolve("certificates");
        });
  }

  /// The policies that hold now.
  PolicySet policies() {
    return policies.current();
  }

  Reviewer reviewer() {
    return reviewer;
  }

  CertificateKeeper certificates() {
    return certificates;
  }

  CertificateStore certificateStore() {
    return certificateStore;
  }

  /// How the webhooks are registered; empty without a cluster.
  Optional<WebhookRegistration> registration() {
    return registration;
  }

  @Override
  public void close() {
    closing.forEach(Runnable::run);
  }
}
