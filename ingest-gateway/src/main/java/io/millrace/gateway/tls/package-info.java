/** TLS: certificates from files, replaced while the gateway runs, and the layer that they are used in. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.tls;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
