package io.millrace.simulator.payload;

import java.util.random.RandomGenerator;

/**
 * Where the values of one field come from. A generator is shared by all devices of a group and holds nothing that changes: what a
 * device has to remember between two readings stands in its slots, an array of doubles, so that a field costs a device eight bytes or
 * none.
 */
public sealed interface Generator permits Sine, RandomWalk, Spikes, Constant, Choice {
    /** How many numbers a device remembers for it. */
    int slots();

    /** Fills a new device's slots, which begin at `at`. */
    void start(double[] state, int at, RandomGenerator random);

    /** Writes the next value as JSON; `seconds` since the fleet's start. */
    void write(JsonBytes out, double[] state, int at, double seconds, RandomGenerator random);

    /** @throws IllegalArgumentException that names the value and what was expected */
    static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected " + expected + ")");
        }
    }
}
