/** Why a rule is where it is on a device, found by running recorded telemetry up to that moment. */
@NullMarked
@CheckReturnValue
package io.millrace.rules.explain;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
