package io.millrace.rules.testing;

import io.millrace.rules.evaluation.DeviceTime;
import io.millrace.rules.source.SourcePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One test: what happens, and what must come of it.
 *
 * @param start what 0s is
 * @param deviceTime whether readings say when they were taken
 * @param inputs in order of time
 * @param expectations in the order of the file, each with a time
 * @param never entries that must not come true: at their time, or ever
 * @param sentTotal how many commands in all
 * @param sequence the full output in order; empty if not asked for
 * @param strict output that no expectation names is a failure
 */
public record RuleTest(
        String name,
        SourcePosition position,
        Instant start,
        boolean deviceTime,
        List<Input> inputs,
        List<Expectation> expectations,
        List<Expectation> never,
        Optional<Integer> sentTotal,
        Optional<List<Expectation>> sequence,
        boolean strict) {

    /** In tests, where {@code ts} puts it. */
    static final DeviceTime DEVICE_TIME = new DeviceTime("ts", Duration.ofMinutes(1), Duration.ofHours(24));

    public RuleTest {
        inputs = List.copyOf(inputs);
        expectations = List.copyOf(expectations);
        never = List.copyOf(never);
        sequence = sequence.map(List::copyOf);
    }
}
