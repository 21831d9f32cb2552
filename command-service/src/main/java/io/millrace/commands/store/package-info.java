/** What PostgreSQL holds: a class a table, and SQL nowhere else. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.store;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
