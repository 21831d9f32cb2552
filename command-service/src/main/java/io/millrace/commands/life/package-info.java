/** The life of a command, as a pure function. Knows no database, no Kafka, no clock. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.life;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
