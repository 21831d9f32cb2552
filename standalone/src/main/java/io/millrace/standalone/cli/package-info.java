/** {@code millrace devices …} and {@code millrace send …}: the REST API on the command line. */
@NullMarked
@CheckReturnValue
package io.millrace.standalone.cli;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
