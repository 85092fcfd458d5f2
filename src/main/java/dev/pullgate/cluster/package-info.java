/// Adapter: reads what a review needs from the cluster and registers the webhooks there.
@NullMarked
package dev.pullgate.cluster;

import org.jspecify.annotations.NullMarked;
