package io.millrace.simulator;

import java.time.Duration;

/**
 * What the firmware of the simulated boards does.
 *
 * @param interval between two readings of one device
 * @param qos of everything a device publishes (the seed firmware: 0)
 * @param timeScale how many times faster than real the board warms and cools; readings stay at their interval
 * @param reportOnCommand whether a command is followed by a reading at once, which shows the new state
 * @param answerPlainCommands whether a command without an id is answered too
 */
public record DeviceBehaviour(
        Duration interval, int qos, double timeScale, boolean reportOnCommand, boolean answerPlainCommands) {

    public static final DeviceBehaviour DEFAULT = new DeviceBehaviour(Duration.ofSeconds(15), 1, 1.0, true, false);

    public DeviceBehaviour {
        if (interval.compareTo(Duration.ofMillis(10)) < 0 || interval.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("interval: " + interval + " (expected 10 ms to 1 day)");
        }
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("qos: " + qos + " (expected 0, 1 or 2)");
        }
        if (!(timeScale > 0 && timeScale <= 10_000)) {
            throw new IllegalArgumentException("time scale: " + timeScale + " (expected above 0, at most 10000)");
        }
    }

    public DeviceBehaviour withInterval(Duration newInterval) {
        return new DeviceBehaviour(newInterval, qos, timeScale, reportOnCommand, answerPlainCommands);
    }

    public DeviceBehaviour withQos(int newQos) {
        return new DeviceBehaviour(interval, newQos, timeScale, reportOnCommand, answerPlainCommands);
    }

    public DeviceBehaviour withTimeScale(double newTimeScale) {
        return new DeviceBehaviour(interval, qos, newTimeScale, reportOnCommand, answerPlainCommands);
    }

    public DeviceBehaviour withReportOnCommand(boolean report) {
        return new DeviceBehaviour(interval, qos, timeScale, report, answerPlainCommands);
    }

    public DeviceBehaviour withAnswerPlainCommands(boolean answer) {
        return new DeviceBehaviour(interval, qos, timeScale, reportOnCommand, answer);
    }
}
