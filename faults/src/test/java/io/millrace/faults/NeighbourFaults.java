package io.millrace.faults;

import static io.millrace.faults.FaultRig.DEVICES;
import static io.millrace.faults.FaultRig.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What gateways depend on, or not: PostgreSQL, Kafka, the rule engine. Part of {@link FaultsIT}. */
@Timeout(240)
abstract class NeighbourFaults {
    private final FaultRig rig;
    private final Cluster cluster;
    private final Map<String, Double> times = new LinkedHashMap<>();

    NeighbourFaults(FaultRig rig) {
        this.rig = rig;
        this.cluster = rig.cluster;
    }

    /** Row 11; then rows 12 and 14: Kafka hangs, as a broker does whose disk is gone. */
    @Test
    void withoutPostgresReadingsAndRulesGoOnWithoutKafkaNothingIsAcknowledgedAndNobodyIsDisconnected()
            throws Exception {
        Member broker = cluster.brokers.get(0);
        try (Load load = rig.load("away")) {
            Api api = cluster.api();
            cluster.database.cut();
            load.awaitAcknowledged(6L * DEVICES);
            assertThat(api.status("/devices/away-0")).isEqualTo(503);
            cluster.database.mend();
            load.awaitAcknowledged(DEVICES);
            kafkaAway(load, broker::pause, broker::resume);
            Books books = load.settle("11, 12, 14 PostgreSQL away, then Kafka paused");
            rig.report.add(books, times);
            assertThat(books.stats().connects().lost()).isZero();
            assertFewStandTwice(books);
        }
    }

    /** Row 12. */
    @Test
    @Tag("long")
    void kafkaThatIsKilledHasWhatItHasAcknowledged() throws Exception {
        Member broker = cluster.brokers.get(0);
        try (Load load = rig.load("killed-kafka")) {
            kafkaAway(load, broker::kill, broker::start);
            Books books = load.settle("12 Kafka killed");
            rig.report.add(books, times);
            assertThat(books.stats().connects().lost()).isZero();
        }
    }

    private void kafkaAway(Load load, Runnable away, Runnable back) {
        away.run();
        try {
            // What was acknowledged before is under way for a moment.
            long under = load.stats().publishes().readings() + DEVICES;
            await().atMost(Load.PATIENCE).until(() -> load.stats().publishes().readings() > under);
            long before = load.stats().publishes().acknowledged();
            long readings = load.stats().publishes().readings();
            await().atMost(Load.PATIENCE).until(() -> load.stats().publishes().readings() > readings + 6 * DEVICES);
            assertThat(load.stats().publishes().acknowledged()).isEqualTo(before);
        } finally {
            back.run();
        }
        long begin = System.nanoTime();
        load.awaitAcknowledged(DEVICES);
        times.put("acknowledged again", seconds(Duration.ofNanos(System.nanoTime() - begin)));
    }

    /**
     * Every board has sent its oldest message again, each second. That is not a second reading while the first is under way; it may
     * become one only if it crosses its PUBACK.
     */
    private static void assertFewStandTwice(Books books) {
        long resent = books.stats().publishes().resent();
        assertThat(resent).as("sent again").isGreaterThan(DEVICES);
        assertThat(books.readings().duplicated()).as("of %s sent again", resent).isLessThan(resent / 10);
    }

    /** Row 9; the short tests have EngineKillIT. */
    @Test
    @Tag("long")
    void aRuleEngineThatIsKilledSendsNoCommandTwiceAndMissesNone() throws Exception {
        try (Load load = rig.load("engine")) {
            Member engine = cluster.engines.get(0);
            load.awaitAcknowledged(5L * DEVICES);
            engine.kill();
            load.awaitAcknowledged(4L * DEVICES);
            engine.start();
            load.awaitAcknowledged(DEVICES);
            assertThat(load.stats().connects().lost()).isZero();
            rig.report.add(load.settle("9 rule engine killed"), times);
        }
    }
}
