package io.millrace.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Row 14 when boards say more than can be taken: PUBACKs come later than the second after which boards send again, and what is sent again may be
 * read when its PUBACK is on its way. Then it stands twice, which QoS 1 allows; the books count how often, and that each such record says so.
 */
@Tag("long")
class OverloadIT {
    private static final int DEVICES = 2_000;
    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final int SENT_AGAIN = 20_000;

    @TempDir
    private Path directory;

    @Test
    @Timeout(600)
    void whatIsSentAgainBecauseItsAcknowledgementIsLateIsNeverLostAndMarkedWhereItStandsTwice() throws Exception {
        Assumptions.assumeTrue(LoadBalancer.program().isPresent(), "no haproxy, so no faults: install it");
        try (Cluster cluster = new Cluster(directory, 1, 1, 1_000);
                Load load = new Load(cluster, "loud", DEVICES, INTERVAL, FaultRig.TIMINGS).start()) {
            await("sent again")
                    .atMost(Load.PATIENCE)
                    .until(() -> load.stats().publishes().resent() >= SENT_AGAIN);
            Books books = load.settle("14 boards say more than can be taken");
            new FaultReport("faults-overload").add(books, Map.of());
            assertThat(books.readings().duplicated())
                    .as("stands twice")
                    .isLessThan(books.stats().publishes().resent());
        }
    }
}
