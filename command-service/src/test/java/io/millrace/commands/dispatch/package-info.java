/** The life of a command, row by row. */
@NullMarked
package io.millrace.commands.dispatch;

import org.jspecify.annotations.NullMarked;
