/** The life of a command, row by row. */
@NullMarked
package io.millrace.commands.life;

import org.jspecify.annotations.NullMarked;
