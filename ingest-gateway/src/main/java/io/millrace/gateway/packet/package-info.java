/** MQTT's bytes: strictly as the standards have them, or a {@link io.millrace.gateway.packet.ProtocolError}. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.packet;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
