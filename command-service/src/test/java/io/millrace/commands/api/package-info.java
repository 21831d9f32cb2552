/** The HTTP side: server, document, problems. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.api;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
