/// Holds the reference grammar and the keyring against the code that they must agree with.
@NullMarked
package dev.pullgate.originals;

import org.jspecify.annotations.NullMarked;
