/// The custom resources as authors write them: kinds, specs and statuses. The one definition of
/// their schema: the CustomResourceDefinitions are generated from it, and files are decoded by it.
@NullMarked
package dev.pullgate.resource;

import org.jspecify.annotations.NullMarked;
