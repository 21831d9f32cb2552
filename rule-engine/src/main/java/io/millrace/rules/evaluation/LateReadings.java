package io.millrace.rules.evaluation;

import io.millrace.rules.expression.FieldValues;
import io.millrace.rules.expression.Frame;
import io.millrace.rules.expression.HistoryDefinition;

/** What a reading still does that was taken before one that has come already. Allocates; late readings are rare. */
final class LateReadings {

    private LateReadings() {}

    /** It takes its place in windows that reach back so far, and is the last value of fields that have only older ones. */
    static void fill(DeviceState device, Reading reading, Moment moment, Frame frame) {
        if (device.plan.histories.length > 0) {
            remember(device, reading, moment, frame);
        }
        for (int slot = 0; slot < device.values.size(); slot++) {
            if (carries(reading, slot) && device.values.time(slot) < moment.dataTime()) {
                device.values.take(slot, reading.values());
                device.filled = true;
            }
        }
    }

    /** With the values of now for what it does not carry. */
    private static void remember(DeviceState device, Reading reading, Moment moment, Frame frame) {
        FieldValues then = new FieldValues(device.values.size());
        then.copyFrom(device.values);
        for (int slot = 0; slot < then.size(); slot++) {
            if (carries(reading, slot)) {
                then.take(slot, reading.values());
            }
        }
        frame.bind(then, device.id(), device.attributes, moment.dataTime());
        for (HistoryDefinition history : device.plan.histories) {
            if (history.takesLate() && history.fields().intersects(reading.carried())) {
                history.sample(device.values, frame, moment.dataTime());
            }
        }
    }

    private static boolean carries(Reading reading, int slot) {
        return (reading.carried()[slot >> 6] & 1L << slot) != 0;
    }
}
