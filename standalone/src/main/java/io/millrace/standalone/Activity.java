package io.millrace.standalone;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Locale;

/**
 * What the system has done since its start, at one moment.
 *
 * @param devices connected now
 * @param readings forwarded to Kafka
 * @param rulesFired times that a rule began to fire
 * @param delivered commands that a device has acknowledged
 * @param lag readings that the rule engine has not seen yet
 */
record Activity(int devices, long readings, long rulesFired, long delivered, long lag) {
    /** Reads the meters of the services in this process. */
    static Activity of(MeterRegistry meters) {
        return new Activity(
                (int) sum(meters.find("gateway.sessions").meters()),
                sum(meters.find("gateway.records").meters()),
                sum(meters.find("rules.transitions").tag("to", "firing").meters()),
                sum(meters.find("gateway.commands.delivered").meters()),
                Math.max(
                        0,
                        sum(meters.find("gateway.records").meters())
                                - sum(meters.find("rules.telemetry").meters())));
    }

    private static long sum(Collection<Meter> meters) {
        double sum = 0;
        for (Meter meter : meters) {
            for (Measurement measurement : meter.measure()) {
                sum += measurement.getValue();
            }
        }
        return Math.round(sum);
    }

    /** One line for a person; the rate is that since an earlier moment. */
    String line(Activity earlier, double seconds) {
        double rate = Math.max(0, readings - earlier.readings) / Math.max(seconds, 0.001);
        return String.format(
                Locale.ROOT,
                "%,d device%s | " + (rate < 10 ? "%.1f" : "%,.0f")
                        + " readings/s | %,d rule%s fired | %,d command%s delivered | lag %,d",
                devices,
                plural(devices),
                rate,
                rulesFired,
                plural(rulesFired),
                delivered,
                plural(delivered),
                lag);
    }

    private static String plural(long count) {
        return count == 1 ? "" : "s";
    }
}
