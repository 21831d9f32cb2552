/** End-to-end and architecture tests. */
@NullMarked
package io.millrace.standalone;

import org.jspecify.annotations.NullMarked;
