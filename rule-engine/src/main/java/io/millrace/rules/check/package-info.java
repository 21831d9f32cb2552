/** What a check of rule files found, for programs; and checks for others, bounded in size and time. */
@NullMarked
@CheckReturnValue
package io.millrace.rules.check;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
