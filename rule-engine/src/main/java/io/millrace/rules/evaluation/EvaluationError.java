package io.millrace.rules.evaluation;

import io.millrace.rules.model.RuleId;

/**
 * An evaluation that came to nothing although nothing was missing: a division by zero, a number beyond all bounds, a text that is
 * no number.
 *
 * @param time rule time, epoch milliseconds
 * @param cause the message that was evaluated ({@code telemetry/partition/offset}), or what else made the engine look
 * @param part of the expression, as written
 * @param values the same with what stood in its places: {@code 31 / 0}
 */
public record EvaluationError(RuleId rule, String device, long time, String cause, String part, String values) {}
