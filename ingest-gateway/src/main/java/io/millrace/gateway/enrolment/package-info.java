/** How devices come into the registry by themselves, though the gateway has no database. */
@NullMarked
@CheckReturnValue
package io.millrace.gateway.enrolment;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
