/** What simulated devices have to say: generators of values, and the JSON that they become. Pure, and without garbage where it runs for every message. */
@NullMarked
@CheckReturnValue
package io.millrace.simulator.payload;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
