package io.millrace.rules.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How long, how often, how old.
 *
 * @param holdFor {@code for}: the condition must hold that long
 * @param forSamples and for that many consecutive messages with its fields; 1 = at once
 * @param keepFiringFor the end must hold that long
 * @param cooldown minimum time between two sets of firing actions per instance; exactly the minimum is enough
 * @param repeatInterval repeat firing actions and the alert event while firing; empty = off
 * @param staleAfter an older last value is missing
 * @param maxAge a message older than this causes no command
 */
public record Timing(
        Duration holdFor,
        int forSamples,
        Duration keepFiringFor,
        Duration cooldown,
        Optional<Duration> repeatInterval,
        Duration staleAfter,
        Duration maxAge) {

    public Timing {
        if (forSamples < 1) {
            throw new IllegalArgumentException("for_samples " + forSamples + " (expected at least 1)");
        }
    }
}
