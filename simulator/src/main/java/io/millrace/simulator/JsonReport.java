package io.millrace.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The report for programs: the records as they are, times in seconds and latencies in milliseconds. Pure. */
final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private JsonReport() {}

    static String of(Outcome outcome) {
        SimulatorStats stats = outcome.stats();
        ObjectNode report = JSON.createObjectNode();
        report.put("name", outcome.name());
        report.put("elapsedSeconds", stats.elapsed().toMillis() / 1000.0);
        report.put("devices", stats.devices());
        report.set("connects", JSON.valueToTree(stats.connects()));
        report.set("publishes", JSON.valueToTree(stats.publishes()));
        report.set("commands", JSON.valueToTree(stats.commands()));
        report.set("reactions", JSON.valueToTree(stats.reactions()));
        outcome.findings().ifPresent(findings -> report.set("kafka", JSON.valueToTree(findings)));
        report.put("simulatorCpuSeconds", outcome.cpuMicros() / 1e6);
        report.put("simulatorCpuMicrosPerMessage", outcome.cpuMicrosPerMessage());
        report.set("timeline", JSON.valueToTree(outcome.timeline()));
        return report.toPrettyString();
    }
}
