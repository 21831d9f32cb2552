package io.millrace.schemas;

import java.time.Instant;

/**
 * An evaluation that came to nothing although nothing was missing: a division by zero, a number beyond all bounds, a text that is
 * no number.
 *
 * @param rule group/name
 * @param time rule time
 * @param cause the message that was evaluated, {@code telemetry/partition/offset}, or what else made the engine look
 * @param part of the expression
 * @param values the same with what stood in its places: {@code 31 / 0}
 */
public record RuleError(String rule, String device, Instant time, String cause, String part, String values) {}
