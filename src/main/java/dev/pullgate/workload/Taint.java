package dev.pullgate.workload;

/// What keeps pods away from a node that do not tolerate it.
///
/// @param value often empty
/// @param effect `NoSchedule`, `NoExecute` or `PreferNoSchedule`
public record Taint(String key, String value, String effect) {}
