package dev.pullgate.integration;

import static dev.pullgate.integration.UserNamespace.assertAdmitted;
import static dev.pullgate.integration.UserNamespace.assertDenied;
import static dev.pullgate.integration.UserNamespace.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullgate.testbed.BedPolicies;
import dev.pullgate.testbed.CommandResult;
import dev.pullgate.testbed.OciRegistry;
import dev.pullgate.testbed.Progress;
import dev.pullgate.testbed.PullgateServer;
import dev.pullgate.testbed.Tools;
import dev.pullgate.testbed.Workspace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A mirror of Docker Hub that fetches on demand: distribution's pull-through cache, with an
/// upstream that the test can stop. What is still asked of Docker Hub itself is asked of the open
/// registry, which stays.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PullThroughCacheIT {
  private static final String ACCEPT =
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json";

  private final ClusterBed cluster = ClusterBed.get();
  private final Workspace workspace = Workspace.open("pullgate-cache-");
  private final Tools tools = Tools.registry(Progress.onStderr());
  private final OciRegistry upstream = OciRegistry.open(tools, workspace, "upstream");
  private final OciRegistry cache = OciRegistry.cache(tools, workspace, "cache", upstream);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  void stop() {
    client.close();
    workspace.close();
  }

  private PullgateServer startGate() throws IOException {
    Path file = workspace.folder().resolve("cache.yaml");
    Files.writeString(
        file,
        """
        apiVersion: pullgate.dev/v1alpha1
        kind: ClusterImagePolicy
        metadata:
          name: cache
        spec:
          mirrors:
          - {source: docker.io/cached, target: %s/cached}
        """
                .formatted(cache.host())
            + BedPolicies.registry("pull-through-cache", cache.host(), ""));
    return cluster.startGate("--policies", file.toString());
  }

  @Test
  void servesAsAMirrorBeforeItFetchedAndWhileItsUpstreamIsDown() throws Exception {
    for (String image : List.of("cached/first:1", "cached/second:1", "cached/third:1")) {
      upstream.push(image);
      cluster.bed().openRegistry().push(image);
    }
    assertThat(head("cached/second:1")).isEqualTo(200);
    int before = upstream.requests().size();

    UserNamespace namespace = new UserNamespace(cluster);
    try (PullgateServer _ = startGate()) {
      assertRewritten(namespace, "first");
      // To the cache a HEAD is a reason to fetch: upstream it is a GET of the manifest, once.
      List<String> asked = upstream.requests().subList(before, upstream.requests().size());
      assertThat(asked).filteredOn(request -> request.startsWith("HEAD ")).isNotEmpty();
      assertThat(asked)
          .filteredOn(request -> request.startsWith("GET /v2/cached/first/manifests/"))
          .hasSize(1);
      assertThat(asked).noneMatch(request -> request.contains("/blobs/"));
      assertThat(head("cached/first:1")).isEqualTo(200);
      assertThat(upstream.requests())
          .filteredOn(request -> request.startsWith("GET /v2/cached/first/manifests/"))
          .hasSize(1);
      assertDenied(namespace.apply(pod("none", "cached/none:1")), "[not-found]");

      upstream.close();
      assertThat(head("cached/second:1")).isEqualTo(200);
      assertRewritten(namespace, "second");
      // What it has not fetched it answers as if it did not exist, so its word proves nothing.
      assertThat(head("cached/third:1")).isEqualTo(404);
      CommandResult third = namespace.apply(pod("third", "cached/third:1"));
      assertAdmitted(third);
      assertThat(third.stderr()).contains("[mirror-missing-image]");
      assertThat(image(namespace, "third")).isEqualTo("cached/third:1");
    }
  }

  private void assertRewritten(UserNamespace namespace, String name) {
    CommandResult result = namespace.apply(pod(name, "cached/" + name + ":1"));
    assertAdmitted(result);
    assertThat(result.stderr()).isEmpty();
    assertThat(image(namespace, name)).isEqualTo(cache.host() + "/cached/" + name + ":1");
  }

  private static String image(UserNamespace namespace, String pod) {
    return namespace.get("pod", pod).at("/spec/containers/0/image").asText();
  }

  private int head(String repositoryAndTag) throws IOException, InterruptedException {
    String path = repositoryAndTag.replace(":", "/manifests/");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + cache.host() + "/v2/" + path))
            .method("HEAD", BodyPublishers.noBody())
            .header("Accept", ACCEPT)
            .build();
    HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
    return answer.statusCode();
  }
}
