/** Many processes behind a load balancer, a load on them, and what befalls them. */
@NullMarked
@CheckReturnValue
package io.millrace.faults;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
