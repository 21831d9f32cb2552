/** The web console's files as the service gives them out; what is in them talks to the REST API like any other program. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.console;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
