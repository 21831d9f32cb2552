/** Folds of batches, in memory. */
@NullMarked
package io.millrace.commands.intake;

import org.jspecify.annotations.NullMarked;
