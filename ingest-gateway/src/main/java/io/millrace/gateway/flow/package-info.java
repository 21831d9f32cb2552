/** What is on its way to Kafka: acknowledgements in order, bytes in flight, the hand-over from Kafka's thread to the event loops. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.flow;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
