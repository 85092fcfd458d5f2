/// The use case: judges one object within its deadline. Owns the ports that adapters implement.
@NullMarked
package dev.pullgate.review;

import org.jspecify.annotations.NullMarked;
