/// Driver: the webhook endpoints and the AdmissionReview codec.
@NullMarked
package dev.pullgate.admission;

import org.jspecify.annotations.NullMarked;
