/** Tests. */
@NullMarked
package io.millrace.gateway.flow;

import org.jspecify.annotations.NullMarked;
