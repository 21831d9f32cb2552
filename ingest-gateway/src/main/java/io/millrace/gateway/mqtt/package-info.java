/** MQTT conversations: the listener, admission, one class for a device's connection and one for an operator's. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.mqtt;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
