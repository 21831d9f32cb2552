/** Where a thing stands in a rule file, and what is wrong with it there. Knows neither YAML nor CEL. */
@NullMarked
@CheckReturnValue
package io.millrace.rules.source;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
