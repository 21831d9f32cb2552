package io.millrace.rules.model;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How much a rule may send.
 *
 * @param perDevice commands of its firings to one device; one more trips the instance
 * @param perRule commands to all devices; empty: 600 a minute, and for a schedule, which is meant for all at once, no limit
 * @param maxDevices devices on which it acts; one more holds the rule. Empty: the larger of 50 and a fifth of those that it is
 *     for, a minute; for a schedule no limit
 */
public record Limits(Rate perDevice, Optional<Rate> perRule, Optional<Rate> maxDevices) {

    public static final Limits DEFAULT = new Limits(Rate.perMinute(6), Optional.empty(), Optional.empty());

    public static final Rate PER_RULE = Rate.perMinute(600);

    /** By default a rule may act on so many devices a minute, or on a fifth of those that it is for. */
    public static final int DEVICES = 50;

    public static final int FRACTION = 5;

    /** How long what was sent must be remembered. */
    public Duration longest() {
        return Stream.of(perDevice, perRule.orElse(PER_RULE), maxDevices.orElse(Rate.perMinute(DEVICES)))
                .map(Rate::window)
                .max(Duration::compareTo)
                .orElseThrow();
    }
}
