/** The command service: its wiring, configuration and meters. */
@NullMarked
@CheckReturnValue
package io.millrace.commands;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
