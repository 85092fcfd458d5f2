/// Values about an image and their grammar. Depends on nothing else of pullgate.
@NullMarked
package dev.pullgate.image;

import org.jspecify.annotations.NullMarked;
