package io.millrace.faults;

import io.millrace.simulator.SimulatorStats;
import io.millrace.simulator.ledger.Findings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one scenario came to, when nothing was lost.
 *
 * @param commands accepted, by the API or from the rule; each at an end that its board confirms
 * @param succeeded of those, and failed: what boards have answered
 * @param refused of the API's: refused, or without an answer
 * @param commandsTwice acknowledged by a board more often than sent
 */
record Books(
        String scenario,
        int devices,
        Findings readings,
        SimulatorStats stats,
        int commands,
        long succeeded,
        long failed,
        long refused,
        long commandsTwice) {

    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("devices", devices);
        figures.put("readingsAcknowledged", readings.promised());
        figures.put("readingsLost", readings.lost());
        figures.put("readingsTwice", readings.duplicated());
        figures.put("readingsReordered", readings.reordered());
        figures.put("readingsGivenUp", stats.publishes().forgotten());
        figures.put("readingsResent", stats.publishes().resent());
        figures.put("pubackMillisP50", stats.publishes().acknowledgement().p50());
        figures.put("pubackMillisP99", stats.publishes().acknowledgement().p99());
        figures.put("pubackMillisMax", stats.publishes().acknowledgement().max());
        figures.put("commandsAccepted", commands);
        figures.put("commandsSucceeded", succeeded);
        figures.put("commandsFailed", failed);
        figures.put("commandsTwice", commandsTwice);
        figures.put("commandsRefused", refused);
        figures.put("connectionsLost", stats.connects().lost());
        figures.put("reconnects", stats.connects().reconnects());
        return figures;
    }

    @Override
    public String toString() {
        return "%s: %,d devices, %,d readings acknowledged, %,d lost, %,d twice (%,d resent); %,d commands (%,d answered), 0 lost, 0 untrue, %,d twice, %,d refused; %,d connections lost, %,d reconnects; PUBACK max %.0f ms"
                .formatted(
                        scenario,
                        devices,
                        readings.promised(),
                        readings.lost(),
                        readings.duplicated(),
                        stats.publishes().resent(),
                        commands,
                        succeeded + failed,
                        commandsTwice,
                        refused,
                        stats.connects().lost(),
                        stats.connects().reconnects(),
                        stats.publishes().acknowledgement().max());
    }
}
