package dev.pullgate.policy;

/// The image that a finding is about.
///
/// @param container what holds it, in words: `container "web"`
/// @param path the JSON pointer of the image value
/// @param image as written
/// @param normalized as pulled; the written text where it does not parse
public record Subject(String container, String path, String image, String normalized) {}
