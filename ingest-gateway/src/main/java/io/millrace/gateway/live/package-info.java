/** Live telemetry for operators: read from Kafka while somebody wants it. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.live;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
