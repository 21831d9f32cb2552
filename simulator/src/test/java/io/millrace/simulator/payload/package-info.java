@NullMarked
@CheckReturnValue
package io.millrace.simulator.payload;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
