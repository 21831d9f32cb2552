/** Tests. */
@NullMarked
package io.millrace.gateway.live;

import org.jspecify.annotations.NullMarked;
