/** Folds of batches, in memory. */
@NullMarked
package io.millrace.commands.access;

import org.jspecify.annotations.NullMarked;
