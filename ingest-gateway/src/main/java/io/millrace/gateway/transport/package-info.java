/** What lies between a device's socket and the MQTT or HTTP that is spoken on it: the ways in, and the layers below each. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.transport;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
