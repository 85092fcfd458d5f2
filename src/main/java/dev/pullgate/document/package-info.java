/// Policies and registries as documents: YAML with positions, decoded strictly.
@NullMarked
package dev.pullgate.document;

import org.jspecify.annotations.NullMarked;
