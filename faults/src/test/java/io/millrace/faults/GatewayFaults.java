package io.millrace.faults;

import static io.millrace.faults.FaultRig.DEVICES;
import static io.millrace.faults.FaultRig.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways that are restarted, killed, paused and cut off. Part of {@link FaultsIT}. */
@Timeout(240)
abstract class GatewayFaults {
    private final FaultRig rig;
    private final Cluster cluster;
    private final Map<String, Double> times = new LinkedHashMap<>();

    GatewayFaults(FaultRig rig) {
        this.rig = rig;
        this.cluster = rig.cluster;
    }

    /** Row 10. */
    @Test
    void aRollingRestartOfAllGatewaysLosesNoAcknowledgedReadingAndNoCommand() throws Exception {
        try (Load load = rig.load("rolling")) {
            for (Member gateway : cluster.gateways) {
                Duration back = load.untilBack(gateway::stop);
                times.put(gateway + " stopped, all back", seconds(back));
                assertThat(back).isLessThan(Duration.ofSeconds(60));
                gateway.start();
                load.awaitAcknowledged(DEVICES);
            }
            rig.report.add(load.settle("10 rolling restart of four gateways"), times);
        }
    }

    /**
     * Rows 1, 3, 5 and 6. One gateway is killed: what it had written and nobody acknowledged comes again from another. While it starts,
     * another one is paused: its devices come back elsewhere while it still holds their sockets.
     */
    @Test
    void gatewaysThatAreKilledOrPausedBeyondTheirLeaseLoseNothingThatWasPromised() throws Exception {
        try (Load load = rig.load("killed")) {
            Member killed = cluster.gateways.get(1);
            times.put("killed, all back", seconds(load.untilBack(killed::kill)));
            CompletableFuture<Void> starts = CompletableFuture.runAsync(killed::start);
            Member paused = cluster.gateways.get(2);
            long begin = System.nanoTime();
            times.put("paused, all back", seconds(load.untilBack(paused::pause)));
            do {
                load.awaitAcknowledged(DEVICES);
            } while (System.nanoTime() - begin < Cluster.LEASE.plusSeconds(1).toNanos());
            paused.resume();
            starts.join();
            load.awaitAcknowledged(2L * DEVICES);
            load.awaitAllConnected();
            rig.report.add(load.settle("5, 6 gateway killed, another paused beyond its lease"), times);
        }
    }

    /** Row 1, with a network that breaks. */
    @Test
    @Tag("long")
    void devicesCutOffFromTheirGatewayGoToAnother() throws Exception {
        try (Load load = rig.load("cut")) {
            try {
                times.put("cut, all back", seconds(load.untilBack(() -> cluster.balancer.cut(0))));
                load.awaitAcknowledged(DEVICES);
            } finally {
                cluster.balancer.mend(0);
            }
            rig.report.add(load.settle("1 network between devices and a gateway cut"), times);
        }
    }
}
