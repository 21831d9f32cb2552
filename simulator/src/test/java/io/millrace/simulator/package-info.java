@NullMarked
@CheckReturnValue
package io.millrace.simulator;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
