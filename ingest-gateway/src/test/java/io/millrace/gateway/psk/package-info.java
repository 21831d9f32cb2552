/** Tests. */
@NullMarked
package io.millrace.gateway.psk;

import org.jspecify.annotations.NullMarked;
