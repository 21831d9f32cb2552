/**
 * The rule engine as a service: rule files watched, Kafka topics in and out through Kafka Streams, the store with its changelog,
 * rule time from records and the clock. Decides nothing; {@code io.millrace.rules.evaluation} does.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.engine;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
