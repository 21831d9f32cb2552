/** What happens now, from Kafka to whoever listens. */
@NullMarked
@CheckReturnValue
package io.millrace.commands.live;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
