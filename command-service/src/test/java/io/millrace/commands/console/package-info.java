/** What the console says. */
@NullMarked
package io.millrace.commands.console;

import org.jspecify.annotations.NullMarked;
