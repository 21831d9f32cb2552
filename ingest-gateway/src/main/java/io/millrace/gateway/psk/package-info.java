/** TLS with pre-shared keys, by Bouncy Castle: the devices' keys and the layer below MQTT that speaks it. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.psk;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
