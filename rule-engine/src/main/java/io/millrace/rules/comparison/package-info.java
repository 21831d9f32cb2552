/** Two rule sets side by side: what a reload would change, and what becomes of the state. */
@NullMarked
@CheckReturnValue
package io.millrace.rules.comparison;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
