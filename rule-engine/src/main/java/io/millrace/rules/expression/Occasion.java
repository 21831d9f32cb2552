package io.millrace.rules.expression;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a template is rendered: the extra names that templates know. Whatever is empty counts as missing. {@code value} is what
 * {@link Condition#value} gave (Double, Boolean or String).
 */
public record Occasion(
        String rule,
        String revision,
        Optional<Object> value,
        Optional<String> level,
        Optional<Instant> startsAt,
        Optional<Duration> duration,
        Optional<Instant> lastSeen) {}
