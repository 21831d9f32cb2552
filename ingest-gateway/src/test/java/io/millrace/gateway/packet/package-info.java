/** Tests. */
@NullMarked
package io.millrace.gateway.packet;

import org.jspecify.annotations.NullMarked;
