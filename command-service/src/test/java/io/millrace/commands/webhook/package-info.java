/** What goes out, in memory. */
@NullMarked
package io.millrace.commands.webhook;

import org.jspecify.annotations.NullMarked;
