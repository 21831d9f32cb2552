/** What is wrong with single devices: gathered, summed up, told on Kafka. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.diagnosis;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
