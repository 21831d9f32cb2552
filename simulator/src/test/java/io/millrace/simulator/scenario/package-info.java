@NullMarked
@CheckReturnValue
package io.millrace.simulator.scenario;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
