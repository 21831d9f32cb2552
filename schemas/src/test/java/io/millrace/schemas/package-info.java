/** Tests. */
@NullMarked
package io.millrace.schemas;

import org.jspecify.annotations.NullMarked;
