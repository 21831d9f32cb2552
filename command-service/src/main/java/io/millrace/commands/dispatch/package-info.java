/** From the database out to Kafka: dispatches, status changes, the registry; and the sweeps that mend what was lost. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.dispatch;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
