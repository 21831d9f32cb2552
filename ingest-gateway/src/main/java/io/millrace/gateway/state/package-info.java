/** What of MQTT sessions outlives their connections. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.state;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
