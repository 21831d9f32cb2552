/** How the gateway writes to Kafka. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.kafka;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
