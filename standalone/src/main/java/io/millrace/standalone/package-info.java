/** All of Millrace in one process, and its command line. */
@NullMarked
@CheckReturnValue
package io.millrace.standalone;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
