/** What one listener is sent, in memory. */
@NullMarked
package io.millrace.commands.live;

import org.jspecify.annotations.NullMarked;
