/** Which rules are in force: from the files of one instance over a topic to all instances. */
@NullMarked
@CheckReturnValue
package io.millrace.rules.distribution;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
