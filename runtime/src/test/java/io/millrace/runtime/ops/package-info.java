/** Tests. */
@NullMarked
package io.millrace.runtime.ops;

import org.jspecify.annotations.NullMarked;
