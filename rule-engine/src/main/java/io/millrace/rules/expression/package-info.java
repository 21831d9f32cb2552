/**
 * Compiled expressions and the values that they read. Nothing here knows YAML, CEL, Kafka or a clock.
 *
 * <p>How the engine uses it, per device and message:
 *
 * <ol>
 *   <li>It keeps one {@link io.millrace.rules.expression.FieldValues} per device (as long as
 *       {@link io.millrace.rules.expression.FieldTable#size()}) and writes each JSON value of a message through every
 *       {@link io.millrace.rules.expression.Field} of that path: the field refuses wrong types and values out of range by
 *       clearing its slot, as an explicit null would.
 *   <li>It owns one {@link io.millrace.rules.expression.Frame} per task and binds it to the device:
 *       {@code frame.bind(values, deviceId, attributes, now)}.
 *   <li>For each rule whose {@link io.millrace.rules.expression.Inputs} meet the changed slots it says how old a value may
 *       be, {@code frame.freshSince(now - staleAfter)}, and asks {@code condition.test(frame)}: 0 false, 1 true, 2 unknown.
 *       Testing allocates nothing.
 *   <li>For actions it sets the {@link io.millrace.rules.expression.Occasion} (value, startsAt, duration, …) and renders
 *       templates; an empty result means that a value was missing and the action is cancelled.
 * </ol>
 */
@NullMarked
@CheckReturnValue
package io.millrace.rules.expression;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
