/** The gateway as a whole: its wiring, its configuration, its meters. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
