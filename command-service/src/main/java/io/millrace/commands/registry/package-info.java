/** Devices as people and programs manage them. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.registry;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
