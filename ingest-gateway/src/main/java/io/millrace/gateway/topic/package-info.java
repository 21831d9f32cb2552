/** MQTT topics and filters, pure. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.topic;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
