package dev.pullgate.cluster;

import dev.pullgate.credential.PullSecret;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.KeyringSource;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/// Reads pull secrets by their names when they are needed, with no right but `get`. What was read
/// serves for a moment: the pods of a roll-out share requests, and a change is seen within a
/// second. Of a secret only its logins are kept, and no longer than that.
public final class ClusterKeyringSource implements KeyringSource, AutoCloseable {
  /// More names than any pod needs; a pod that has more cannot make the gate ask for all of them.
  private static final int MAX_NAMES = 64;

  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");

  private final KubernetesClient client;
  private final MeterRegistry meters;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final BriefMemory<Key, PullSecret> secrets =
      new BriefMemory<>(threads, System::nanoTime, PullSecret.Usable.class::isInstance);
  private final BriefMemory<Key, Account> accounts =
      new BriefMemory<>(threads, System::nanoTime, Account.Naming.class::isInstance);

  private record Key(String namespace, String name) {}

  /// The pull secrets that a ServiceAccount names, or why they are not known.
  private sealed interface Account {
    record Naming(List<String> secrets) implements Account {}

    record NotKnown(PullSecret.Unknown reason) implements Account {}
  }

  /// Takes the connection.
  public ClusterKeyringSource(KubernetesClient client, MeterRegistry meters) {
    this.client = client;
    this.meters = meters;
  }

  @Override
  public List<PullSecret> pullSecrets(String namespace, List<String> names, Deadline deadline) {
    List<String> asked = names.subList(0, Math.min(names.size(), MAX_NAMES));
    List<CompletableFuture<PullSecret>> answers =
        asked.stream()
            .map(name -> secrets.get(new Key(namespace, name), () -> ask(namespace, name)))
            .toList();
    List<PullSecret> known = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      String name = asked.get(i);
      known.add(
          await(answers.get(i), deadline)
              .orElseGet(
                  () -> new PullSecret.Unknown(name, "the API server did not answer in time")));
    }
    if (asked.size() < names.size()) {
      known.add(
          new PullSecret.Unknown(
              "after the first " + MAX_NAMES, "more pull secrets are named than are read"));
    }
    return known;
  }

  private static <T> Optional<T> await(CompletableFuture<T> answer, Deadline deadline) {
    try {
      return Optional.of(answer.get(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the API server", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("asking the API server failed unexpectedly", e.getCause());
    }
  }

  private PullSecret ask(String namespace, String name) {
    read("secrets");
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      if (secret == null) {
        return new PullSecret.Missing(name);
      }
      return PullSecret.read(name, Objects.requireNonNullElse(secret.getType(), ""), data(secret));
    } catch (KubernetesClientException e) {
      return unread("secrets", namespace, name, e);
    } catch (IllegalArgumentException _) {
      return new PullSecret.Unknown(name, "its name cannot be asked for");
    }
  }

  private static Map<String, byte[]> data(Secret secret) {
    Map<String, byte[]> decoded = new HashMap<>();
    if (secret.getData() != null) {
      secret.getData().forEach((key, value) -> decoded.put(key, Base64.getDecoder().decode(value)));
    }
    return decoded;
  }

  @Override
  public List<PullSecret> serviceAccountPullSecrets(
      String namespace, String serviceAccount, Deadline deadline) {
    Account account =
        await(
                accounts.get(
                    new Key(namespace, serviceAccount),
                    () -> askAccount(namespace, serviceAccount)),
                deadline)
            .orElseGet(() -> notKnown(serviceAccount, "the API server did not answer in time"));
    return switch (account) {
      case Account.Naming naming -> pullSecrets(namespace, naming.secrets(), deadline);
      case Account.NotKnown notKnown -> List.of(notKnown.reason());
    };
  }

  private Account askAccount(String namespace, String name) {
    read("serviceaccounts");
    try {
      ServiceAccount account = client.serviceAccounts().inNamespace(namespace).withName(name).get();
      if (account == null) {
        return notKnown(name, "it does not exist yet");
      }
      if (account.getImagePullSecrets() == null) {
        return new Account.Naming(List.of());
      }
      return new Account.Naming(
          account.getImagePullSecrets().stream()
              .map(LocalObjectReference::getName)
              .filter(secret -> secret != null && !secret.isEmpty())
              .distinct()
              .toList());
    } catch (KubernetesClientException e) {
      return new Account.NotKnown(unread("serviceaccounts", namespace, label(name), e));
    } catch (IllegalArgumentException _) {
      return notKnown(name, "its name cannot be asked for");
    }
  }

  private static Account notKnown(String serviceAccount, String reason) {
    return new Account.NotKnown(new PullSecret.Unknown(label(serviceAccount), reason));
  }

  private static String label(String serviceAccount) {
    return "of ServiceAccount " + serviceAccount;
  }

  private void read(String resource) {
    meters.counter("pullgate.cluster.reads", "resource", resource).increment();
  }

  /// What may not be read leaves reviews without proof: the operator has to hear of it.
  private PullSecret.Unknown unread(
      String resource, String namespace, String name, KubernetesClientException failure) {
    String reason = ClusterConnection.reason(failure);
    meters.counter("pullgate.cluster.unread", "resource", resource).increment();
    LOG.warnv(
        "{0} in namespace {1} cannot be read: {2}; reviews go on without proof. The gate needs get"
            + " on {0}",
        resource, namespace, reason);
    return new PullSecret.Unknown(name, reason);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
