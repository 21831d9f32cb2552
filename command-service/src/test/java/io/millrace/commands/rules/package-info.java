/** Folds of batches, in memory. */
@NullMarked
package io.millrace.commands.rules;

import org.jspecify.annotations.NullMarked;
