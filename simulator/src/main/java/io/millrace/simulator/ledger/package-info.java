/** What devices said against what Kafka has: lost, duplicated and reordered readings, by their running message ids. */
@NullMarked
@CheckReturnValue
package io.millrace.simulator.ledger;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
