package io.millrace.faults;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows of "What must hold" in docs/architecture.md under load: four gateways, a rule engine and a command service behind HAProxy, started
 * once for all. Each test ends with the books: what was acknowledged is in Kafka, each command that was accepted came to an end that its
 * board confirms, and the rule has said what it had to.
 */
class FaultsIT {
    @TempDir
    private static Path directory;

    private static FaultRig rig;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(LoadBalancer.program().isPresent(), "no haproxy, so no faults: install it");
        rig = new FaultRig(directory, 1, "faults");
    }

    @AfterAll
    static void stop() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @Nested
    class Gateways extends GatewayFaults {
        Gateways() {
            super(rig);
        }
    }

    @Nested
    class SingleBoards extends BoardFaults {
        SingleBoards() {
            super(rig);
        }
    }

    @Nested
    class Neighbours extends NeighbourFaults {
        Neighbours() {
            super(rig);
        }
    }
}
