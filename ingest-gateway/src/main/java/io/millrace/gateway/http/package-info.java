/** Device HTTP: readings, configuration and answers to commands for boards that do not speak MQTT. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.http;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
