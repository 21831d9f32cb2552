/**
 * Rule tests: telemetry of an invented device, and what the rules must make of it. A test file is read with positions, as rules are;
 * a test runs on {@link io.millrace.rules.evaluation.PartitionEngine}, so time between its lines is free.
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.testing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
