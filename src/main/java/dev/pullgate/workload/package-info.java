/// Where images stand in the JSON tree of a Kubernetes object, and how they are changed there.
@NullMarked
package dev.pullgate.workload;

import org.jspecify.annotations.NullMarked;
