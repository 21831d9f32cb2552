/** Folds of batches, in memory. */
@NullMarked
package io.millrace.commands.overview;

import org.jspecify.annotations.NullMarked;
