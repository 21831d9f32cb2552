/** Who connects: the tables of devices and keys in memory, and the decision on a CONNECT. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.identity;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
