package dev.pullgate.document;

/// A place in a file.
///
/// @param line from 1
/// @param column from 1
public record Position(int line, int column) {}
