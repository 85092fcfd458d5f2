package dev.pullgate.testbed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A Kubernetes control plane of real parts on loopback: etcd, kube-apiserver with RBAC, and
/// kube-controller-manager whose controllers act by their own service accounts. There is no
/// scheduler and no node: pods are created and stay Pending.
///
/// Users, by bearer token: `admin` (group `system:masters`) and `developer` (no group, so no rights
/// but those a test gives).
public final class ControlPlane implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String ADMIN = "admin";
  private static final String DEVELOPER = "developer";
  private static final String CONTROLLER_MANAGER = "system:kube-controller-manager";

  private final Tools tools;
  private final Workspace workspace;
  private final Path folder;
  private final Map<String, String> tokens;
  private final ApiServer apiServer;

  /// Who writes pods, with the annotations of webhooks, and nothing of what they hold.
  private static final String AUDIT_POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - level: Metadata
        verbs: [create, update, patch]
        resources: [{group: "", resources: [pods]}]
      - level: None
      """;

  private ControlPlane(Tools tools, Workspace workspace) {
    this.tools = tools;
    this.workspace = workspace;
    this.folder = workspace.folder();
    this.tokens =
        Map.of(
            ADMIN, Secrets.random(),
            DEVELOPER, Secrets.random(),
            CONTROLLER_MANAGER, Secrets.random());
    Secrets.write(folder.resolve("service-account.key"), Secrets.privateKeyPem());
    Secrets.write(folder.resolve("tokens.csv"), tokenFile());
    Secrets.write(folder.resolve("audit-policy.yaml"), AUDIT_POLICY);
    this.apiServer = startApiServer(startEtcd());
    Secrets.write(folder.resolve("authority.crt"), apiServer.authority());
    tokens.forEach(
        (user, token) -> Secrets.write(kubeconfigPath(user), apiServer.kubeconfig(user, token)));
    if (runsControllers()) {
      startControllers();
    }
  }

  /// Starts it and waits until it is ready: the API server says so, and the controllers have made
  /// the ServiceAccount `default` of namespace `default`. Takes some 5 seconds on two cores.
  ///
  /// @param tools of {@link Tools#kubernetes}
  /// @param parent it lives in a folder of this, and ends with it at the latest
  /// @throws TestBedException when a part does not start, with the end of its log
  public static ControlPlane start(Tools tools, Workspace parent) {
    Workspace workspace = parent.nested("control-plane");
    try {
      return new ControlPlane(tools, workspace);
    } catch (RuntimeException e) {
      workspace.close();
      throw e;
    }
  }

  /// Such as `https://127.0.0.1:41234`.
  public URI server() {
    return apiServer.address();
  }

  /// What users write, as the API server records it: one JSON event a line.
  public Path auditLog() {
    return folder.resolve("audit.log");
  }

  /// The bearer token of `admin`.
  public String adminToken() {
    return tokens.getOrDefault(ADMIN, "");
  }

  /// The kubeconfig of `admin`.
  public Path kubeconfig() {
    return kubeconfigFor(ADMIN);
  }

  /// The kubeconfig of a user.
  ///
  /// @param user `admin` or `developer`
  public Path kubeconfigFor(String user) {
    if (!tokens.containsKey(user)) {
      throw new IllegalArgumentException("no user " + user + "; there are " + tokens.keySet());
    }
    return kubeconfigPath(user);
  }

  /// Whether controllers run, so that a Deployment gets its pods. Not so when `KUBEBUILDER_ASSETS`
  /// holds no kube-controller-manager; the admission plugin ServiceAccount is off then.
  public boolean runsControllers() {
    return tools.has("kube-controller-manager");
  }

  @Override
  public void close() {
    workspace.close();
  }

  private String tokenFile() {
    return """
    %s,admin,admin,system:masters
    %s,developer,developer
    %s,%s,%s
    """
        .formatted(
            tokens.get(ADMIN),
            tokens.get(DEVELOPER),
            tokens.get(CONTROLLER_MANAGER),
            CONTROLLER_MANAGER,
            CONTROLLER_MANAGER);
  }

  private Path kubeconfigPath(String user) {
    return folder.resolve(user.replace(':', '-') + ".kubeconfig");
  }

  private URI startEtcd() {
    // The name tells it from another test bed's etcd.
    String name = Secrets.random();
    try (HttpClient client = HttpClient.newHttpClient()) {
      int port =
          workspace.startOnFreePort(
              "etcd",
              free -> workspace.isolated(etcdCommand(name, free)),
              free -> Probe.http(client, memberList(free), name),
              TIMEOUT);
      return loopback(port);
    }
  }

  private static HttpRequest memberList(int port) {
    return Probe.request(loopback(port).resolve("/v3/cluster/member/list"))
        .POST(BodyPublishers.ofString("{}"))
        .build();
  }

  private List<String> etcdCommand(String name, int port) {
    return List.of(
        tools.get("etcd").toString(),
        "--name=" + name,
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + loopback(port),
        "--advertise-client-urls=" + loopback(port),
        // A single member has no peers: the port does not matter.
        "--listen-peer-urls=http://127.0.0.1:0",
        "--initial-advertise-peer-urls=http://127.0.0.1:0",
        "--initial-cluster=" + name + "=http://127.0.0.1:0",
        "--log-level=warn",
        "--unsafe-no-fsync");
  }

  private ApiServer startApiServer(URI etcd) {
    Path certificate = folder.resolve("certificates/apiserver.crt");
    int port =
        workspace.startOnFreePort(
            "kube-apiserver",
            free -> workspace.isolated(apiServerCommand(etcd, free)),
            free -> () -> ApiServer.at(free, certificate).check("/readyz", adminToken(), "ok"),
            TIMEOUT);
    try {
      return ApiServer.at(port, certificate);
    } catch (IOException e) {
      throw new TestBedException("cannot read " + certificate + ": " + e.getMessage(), e);
    }
  }

  private List<String> apiServerCommand(URI etcd, int port) {
    Path key = folder.resolve("service-account.key");
    List<String> command =
        new ArrayList<>(
            List.of(
                tools.get("kube-apiserver").toString(),
                "--etcd-servers=" + etcd,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + folder.resolve("certificates"),
                "--authorization-mode=RBAC",
                "--token-auth-file=" + folder.resolve("tokens.csv"),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key,
                "--service-cluster-ip-range=10.0.0.0/24",
                "--audit-policy-file=" + folder.resolve("audit-policy.yaml"),
                "--audit-log-path=" + auditLog(),
                "--allow-privileged=true",
                "--enable-aggregator-routing=true",
                // Endpoints on loopback are invalid, and nothing here needs those of the API
                // server.
                "--endpoint-reconciler-type=none",
                "--profiling=false"));
    if (!runsControllers()) {
      command.add("--disable-admission-plugins=ServiceAccount");
    }
    return command;
  }

  private List<String> controllerManagerCommand() {
    return List.of(
        tools.get("kube-controller-manager").toString(),
        "--kubeconfig=" + kubeconfigPath(CONTROLLER_MANAGER),
        "--service-account-private-key-file=" + folder.resolve("service-account.key"),
        "--root-ca-file=" + folder.resolve("authority.crt"),
        "--use-service-account-credentials=true",
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        "--secure-port=0",
        // The default of 20 requests a second makes the start five seconds longer.
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--profiling=false");
  }

  private void startControllers() {
    String account = "/api/v1/namespaces/default/serviceaccounts/default";
    workspace
        .start("kube-controller-manager", workspace.isolated(controllerManagerCommand()))
        .awaitReady(() -> apiServer.check(account, adminToken(), "ServiceAccount"), TIMEOUT);
  }

  private static URI loopback(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
