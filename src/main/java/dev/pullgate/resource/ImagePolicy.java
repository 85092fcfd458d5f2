package dev.pullgate.resource;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/// A policy for its own namespace: it adds to what the cluster policies ask, and changes no pod.
@Group(Kinds.GROUP)
@Version(Kinds.VERSION)
@Plural("imagepolicies")
@ShortNames("imgpol")
@ValidationRule(
    value = "!has(self.spec) || !has(self.spec.mirrors)",
    message = "an ImagePolicy has no mirrors",
    fieldPath = ".spec.mirrors")
@ValidationRule(
    value = "!has(self.spec) || !has(self.spec.digests)",
    message = "an ImagePolicy has no digests",
    fieldPath = ".spec.digests")
@AdditionalPrinterColumn(
    name = "Mode",
    jsonPath = ".spec.mode",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Accepted",
    jsonPath = ".status.conditions[?(@.type=='Accepted')].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type=='Accepted')].message",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Objects",
    jsonPath = ".status.audit.objects",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Denied",
    jsonPath = ".status.audit.denied",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class ImagePolicy extends CustomResource<PolicySpec, PolicyStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
