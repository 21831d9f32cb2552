/** Values that the database keeps, in memory. */
@NullMarked
package io.millrace.commands.store;

import org.jspecify.annotations.NullMarked;
