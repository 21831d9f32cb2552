/** Sessions of devices that ask for their commands by HTTP, one request after the other. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.poll;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
