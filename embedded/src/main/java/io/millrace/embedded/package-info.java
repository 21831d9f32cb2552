/** A Kafka broker (KRaft) and a PostgreSQL inside the JVM, on loopback, for first use and for tests. */
@NullMarked
@CheckReturnValue
package io.millrace.embedded;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
