/**
 * What rules remember of a device's past: windows of time, the last samples, the value before, how long a condition has held. One
 * object per device and history, made when its first sample comes. Nothing here knows expressions, CEL, Kafka or a clock: samples
 * and moments come in, in epoch milliseconds; numbers come out, NaN where there is none.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.history;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
