/**
 * Recorded telemetry through one or two rule sets: what would have fired, for whom, for how long. Streams: what is kept grows with the
 * devices on which rules fire, never with the recording.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.backtest;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
