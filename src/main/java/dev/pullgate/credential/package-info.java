/// Pull secrets and the kubelet's way of matching them to an image.
@NullMarked
package dev.pullgate.credential;

import org.jspecify.annotations.NullMarked;
