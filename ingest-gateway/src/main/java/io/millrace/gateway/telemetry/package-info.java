/** What a device publishes: the check of its JSON, and the records that it becomes. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.telemetry;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
