/** Tests. */
@NullMarked
package io.millrace.gateway.state;

import org.jspecify.annotations.NullMarked;
