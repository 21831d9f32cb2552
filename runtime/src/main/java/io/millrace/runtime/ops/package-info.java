/** The ops port: liveness, readiness and Prometheus metrics. */
@NullMarked
@CheckReturnValue
package io.millrace.runtime.ops;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
