/** What the rule engines say of their rules. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.rules;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
