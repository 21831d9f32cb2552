/** Tells others over HTTP what happened: alerts and what became of commands. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.webhook;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
