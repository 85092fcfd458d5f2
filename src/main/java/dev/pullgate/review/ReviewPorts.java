package dev.pullgate.review;

/// Everything that a review asks of the world outside.
public record ReviewPorts(
    PolicySource policies,
    ImageResolver resolver,
    KeyringSource keyrings,
    NamespaceSource namespaces,
    NodeSource nodes,
    OwnerSource owners) {}
