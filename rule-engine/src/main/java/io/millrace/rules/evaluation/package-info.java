/**
 * Decides: (state of a device, reading or timer, rule set, now) → state changed in place, emissions. Pure: no Kafka, no clock, no
 * threads; all time comes in as rule time. {@link io.millrace.rules.evaluation.Evaluator} is the way in.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.evaluation;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
