/** Kafka in and out: connection settings, topics, and the threads that poll. Knows no device and no rule. */
@NullMarked
@CheckReturnValue
package io.millrace.runtime.kafka;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
