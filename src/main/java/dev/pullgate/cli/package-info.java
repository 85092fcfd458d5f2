/// The command line.
@NullMarked
package dev.pullgate.cli;

import org.jspecify.annotations.NullMarked;
