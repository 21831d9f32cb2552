/** Commands on their way to a device. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.command;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
