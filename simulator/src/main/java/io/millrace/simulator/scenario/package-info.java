/** What a load is to be, read from a YAML file: all that is wrong with it at once, each with its line and column. */
@NullMarked
@CheckReturnValue
package io.millrace.simulator.scenario;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
