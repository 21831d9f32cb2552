/** From Kafka into the database: commands, sessions, reports, telemetry, state, alerts. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.intake;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
