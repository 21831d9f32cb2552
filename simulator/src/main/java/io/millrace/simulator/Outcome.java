package io.millrace.simulator;

import io.millrace.simulator.ledger.Findings;
import java.util.List;
import java.util.Optional;

/**
 * All that one run has to tell.
 *
 * @param findings if Kafka was watched
 * @param cpuMicros processor time of the simulator's process during the run, its start and the reading of Kafka included
 */
record Outcome(String name, SimulatorStats stats, List<Sample> timeline, Optional<Findings> findings, long cpuMicros) {
    Outcome {
        timeline = List.copyOf(timeline);
    }

    /** Processor time of the simulator for each message that it sent or received; what its connects cost is in it. */
    double cpuMicrosPerMessage() {
        long messages = stats.publishes().readings()
                + stats.publishes().responses()
                + stats.commands().received();
        return messages == 0 ? 0 : (double) cpuMicros / messages;
    }
}
