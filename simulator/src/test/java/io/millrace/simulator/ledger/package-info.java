@NullMarked
@CheckReturnValue
package io.millrace.simulator.ledger;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
