/** The figures of the whole fleet at a glance, counted seldom however many look at them. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.overview;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
