/** {@code millrace rules …}: what one does with rule files at the command line. */
@NullMarked
@CheckReturnValue
package io.millrace.rules.cli;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
