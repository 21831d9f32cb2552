/**
 * What crosses a process boundary: Kafka topics and their records, MQTT topic names, credentials' digests. Values only: no
 * Vert.x, no threads, no clock, no decisions. Readers ignore unknown fields; changes are additive.
 */
@NullMarked
@CheckReturnValue
package io.millrace.schemas;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
