/** Start, stop, exit codes and signals of one process. */
@NullMarked
@CheckReturnValue
package io.millrace.runtime.process;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
