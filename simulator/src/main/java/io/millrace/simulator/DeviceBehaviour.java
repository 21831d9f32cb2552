package io.millrace.simulator;

import io.millrace.simulator.payload.Payload;
import java.time.Duration;

/**
 * What the firmware of the simulated boards does.
 *
 * @param interval between two readings of one device
 * @param jitter how far a single interval may be off, as a part of it: 0 to 1
 * @param qos of everything a device publishes (the seed firmware: 0)
 * @param timeScale how many times faster than real the board warms and cools; readings stay at their interval
 * @param reportOnCommand whether a command is followed by a reading at once, which shows the new state
 * @param answerPlainCommands whether a command without an id is answered too
 * @param payload what a reading says
 */
public record DeviceBehaviour(
        Duration interval,
        double jitter,
        int qos,
        double timeScale,
        boolean reportOnCommand,
        boolean answerPlainCommands,
        Payload payload) {

    public static final DeviceBehaviour DEFAULT =
            new DeviceBehaviour(Duration.ofSeconds(15), 0, 1, 1.0, true, false, Payload.SEED);

    public DeviceBehaviour {
        if (interval.compareTo(Duration.ofMillis(10)) < 0 || interval.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("interval: " + interval + " (expected 10 ms to 1 day)");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter: " + jitter + " (expected 0 to 1)");
        }
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("qos: " + qos + " (expected 0, 1 or 2)");
        }
        if (!(timeScale > 0 && timeScale <= 10_000)) {
            throw new IllegalArgumentException("time scale: " + timeScale + " (expected above 0, at most 10000)");
        }
    }

    public DeviceBehaviour withInterval(Duration newInterval) {
        return new DeviceBehaviour(newInterval, jitter, qos, timeScale, reportOnCommand, answerPlainCommands, payload);
    }

    public DeviceBehaviour withJitter(double newJitter) {
        return new DeviceBehaviour(interval, newJitter, qos, timeScale, reportOnCommand, answerPlainCommands, payload);
    }

    public DeviceBehaviour withQos(int newQos) {
        return new DeviceBehaviour(interval, jitter, newQos, timeScale, reportOnCommand, answerPlainCommands, payload);
    }

    public DeviceBehaviour withTimeScale(double newTimeScale) {
        return new DeviceBehaviour(interval, jitter, qos, newTimeScale, reportOnCommand, answerPlainCommands, payload);
    }

    public DeviceBehaviour withReportOnCommand(boolean report) {
        return new DeviceBehaviour(interval, jitter, qos, timeScale, report, answerPlainCommands, payload);
    }

    public DeviceBehaviour withAnswerPlainCommands(boolean answer) {
        return new DeviceBehaviour(interval, jitter, qos, timeScale, reportOnCommand, answer, payload);
    }

    public DeviceBehaviour withPayload(Payload newPayload) {
        return new DeviceBehaviour(interval, jitter, qos, timeScale, reportOnCommand, answerPlainCommands, newPayload);
    }
}
