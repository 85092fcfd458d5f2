package dev.pullgate.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullgate.document.DecodedResource;
import dev.pullgate.policy.Policy;
import dev.pullgate.policy.PolicyException;
import dev.pullgate.policy.PolicySet;
import dev.pullgate.policy.RegistrySettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Policies from files and from the cluster as one set. Policies and exceptions add up, whatever
/// their names: a custom resource cannot relax what a file asks. Of a registry only one declaration
/// can hold: the file's, else the oldest custom resource's, since a declaration says whom to trust.
///
/// @param policies all that holds
/// @param overruled why a custom resource is not in effect, by its uid
/// @param doubled uids of policies of which a file holds one of the same name
record PolicyCombination(PolicySet policies, Map<String, String> overruled, List<String> doubled) {
  PolicyCombination {
    overruled = Map.copyOf(overruled);
    doubled = List.copyOf(doubled);
  }

  static PolicyCombination of(PolicySet files, List<KeptResource> resources) {
    List<Policy> policies = new ArrayList<>(files.policies());
    List<PolicyException> exceptions = new ArrayList<>(files.exceptions());
    List<RegistrySettings> registries = new ArrayList<>(files.registries());
    Map<String, String> declaredBy = new HashMap<>();
    files.registries().forEach(settings -> declaredBy.put(settings.host(), "a file"));
    Map<String, String> overruled = new HashMap<>();
    List<String> doubled = new ArrayList<>();
    for (KeptResource resource : resources.stream().sorted(OLDEST_FIRST).toList()) {
      KeptResource.Form form = resource.form();
      if (form == null) {
        continue;
      }
      switch (form.decoded()) {
        case DecodedResource.OfPolicy(var policy) -> {
          policies.add(resource.enforcedSince().map(policy::enforcedSince).orElse(policy));
          if (files.policies().stream().anyMatch(file -> isNamesake(file, policy))) {
            doubled.add(resource.uid());
          }
        }
        case DecodedResource.OfException(var exception) -> exceptions.add(exception);
        case DecodedResource.OfRegistry(var settings) -> {
          String first = declaredBy.putIfAbsent(settings.host(), resource.title());
          if (first == null) {
            registries.add(settings);
          } else {
            overruled.put(
                resource.uid(), settings.host() + " is declared by " + first + " already");
          }
        }
      }
    }
    return new PolicyCombination(
        new PolicySet(policies, registries, exceptions), overruled, doubled);
  }

  private static final Comparator<KeptResource> OLDEST_FIRST =
      Comparator.comparing((KeptResource resource) -> created(resource.object()))
          .thenComparing(KeptResource::name);

  private static String created(JsonNode object) {
    return object.path("metadata").path("creationTimestamp").asText("");
  }

  private static boolean isNamesake(Policy file, Policy resource) {
    return file.name().equals(resource.name())
        && Objects.equals(file.scope().onlyNamespace(), resource.scope().onlyNamespace());
  }
}
