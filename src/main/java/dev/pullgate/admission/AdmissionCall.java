package dev.pullgate.admission;

import dev.pullgate.review.ReviewRequest;

/// An AdmissionReview as it came in.
///
/// @param uid to answer with
/// @param resource for example `pods` or `pods/ephemeralcontainers`
/// @param name of the object; empty where the server will choose it
/// @param dryRun whether nothing will be stored
/// @param review what is to be judged
record AdmissionCall(
    String uid, String resource, String name, boolean dryRun, ReviewRequest review) {}
