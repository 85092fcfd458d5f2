/// Configuration and wiring.
@NullMarked
package dev.pullgate.app;

import org.jspecify.annotations.NullMarked;
