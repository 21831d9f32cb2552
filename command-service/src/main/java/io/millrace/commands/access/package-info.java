/** Who may do what: users, passwords, tokens, API keys. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.access;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
