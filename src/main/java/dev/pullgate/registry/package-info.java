/// Adapter: asks registries by the OCI distribution protocol.
@NullMarked
package dev.pullgate.registry;

import org.jspecify.annotations.NullMarked;
