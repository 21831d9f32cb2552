/** Sessions of devices: which are here, what Kafka is told of them, takeover, lease. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
