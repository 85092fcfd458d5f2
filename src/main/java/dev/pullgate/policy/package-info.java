/// What is allowed: policies, rules, findings and the pure judgement over facts.
@NullMarked
package dev.pullgate.policy;

import org.jspecify.annotations.NullMarked;
