/** Tests of the checks for others. */
@NullMarked
@CheckReturnValue
package io.millrace.rules.check;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
