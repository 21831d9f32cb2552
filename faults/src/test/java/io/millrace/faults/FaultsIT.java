package io.millrace.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.simulator.EspTimings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows of "What must hold" in docs/architecture.md under load: four gateways, a rule engine and a command service behind HAProxy.
 * Each test ends with the books: what was acknowledged is in Kafka, each command that was accepted reached its board, and the rule has
 * said what it had to.
 */
@Timeout(240)
class FaultsIT {
    private static final int DEVICES = 120;
    private static final Duration INTERVAL = Duration.ofMillis(500);
    /** As esp-mqtt's, but it comes back sooner: a test has no ten seconds to spare. */
    private static final EspTimings TIMINGS =
            EspTimings.DEFAULT.withReconnectAfter(Duration.ofSeconds(1)).withNetworkTimeout(Duration.ofSeconds(3));

    @TempDir
    private static Path directory;

    private static Cluster cluster;
    private static FaultReport report;

    private final Map<String, Double> times = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(LoadBalancer.program().isPresent(), "no haproxy, so no faults: install it");
        cluster = new Cluster(directory, 1);
        report = new FaultReport("faults");
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Load load(String name) throws Exception {
        return new Load(cluster, name, DEVICES, INTERVAL, TIMINGS).start();
    }

    private void took(String what, Duration time) {
        times.put(what, time.toMillis() / 1000.0);
    }

    /** Row 10. */
    @Test
    void aRollingRestartOfAllGatewaysLosesNoAcknowledgedReadingAndNoCommand() throws Exception {
        try (Load load = load("rolling")) {
            for (Member gateway : cluster.gateways) {
                Duration back = load.untilBack(gateway::stop);
                took(gateway + " stopped, all back", back);
                assertThat(back).isLessThan(Duration.ofSeconds(60));
                gateway.start();
                load.awaitAcknowledged(DEVICES);
            }
            report.add(load.settle("10 rolling restart of four gateways"), times);
        }
    }

    /** Rows 5 and 14: what was written and not acknowledged comes again, what was in flight may stand twice and is not lost. */
    @Test
    void aGatewayThatIsKilledLosesNoAcknowledgedReadingAndNoCommand() throws Exception {
        try (Load load = load("killed")) {
            Member gateway = cluster.gateways.get(1);
            took("killed, all back", load.untilBack(gateway::kill));
            load.awaitAcknowledged(DEVICES);
            report.add(load.settle("5 gateway killed"), times);
        }
    }

    /** Rows 1, 3 and 6: its devices come back elsewhere while it still holds their sockets. */
    @Test
    void aGatewayPausedBeyondItsLeaseGivesWayToTheOthers() throws Exception {
        try (Load load = load("paused")) {
            Member gateway = cluster.gateways.get(2);
            took("paused, all back", load.untilBack(gateway::pause));
            // Well beyond the lease.
            load.awaitAcknowledged(8L * DEVICES);
            gateway.resume();
            load.awaitAcknowledged(2L * DEVICES);
            load.awaitAllConnected();
            report.add(load.settle("6 gateway paused beyond its lease"), times);
        }
    }

    /** Row 1, with a network that breaks. */
    @Test
    @Tag("long")
    void devicesCutOffFromTheirGatewayGoToAnother() throws Exception {
        try (Load load = load("cut")) {
            try {
                took("cut, all back", load.untilBack(() -> cluster.balancer.cut(0)));
                load.awaitAcknowledged(DEVICES);
            } finally {
                cluster.balancer.mend(0);
            }
            report.add(load.settle("1 network between devices and a gateway cut"), times);
        }
    }

    /** Row 9; the short tests have EngineKillIT. */
    @Test
    @Tag("long")
    void aRuleEngineThatIsKilledSendsNoCommandTwiceAndMissesNone() throws Exception {
        try (Load load = load("engine")) {
            Member engine = cluster.engines.get(0);
            load.awaitAcknowledged(5L * DEVICES);
            engine.kill();
            load.awaitAcknowledged(4L * DEVICES);
            engine.start();
            load.awaitAcknowledged(DEVICES);
            assertThat(load.stats().connects().lost()).isZero();
            report.add(load.settle("9 rule engine killed"), times);
        }
    }

    /** Row 11. */
    @Test
    void withoutPostgresReadingsAndRulesGoOnAndNothingIsLost() throws Exception {
        try (Load load = load("database")) {
            Api api = cluster.api();
            cluster.database.cut();
            load.awaitAcknowledged(6L * DEVICES);
            assertThat(api.status("/devices/database-0")).isEqualTo(503);
            cluster.database.mend();
            load.awaitAcknowledged(DEVICES);
            assertThat(load.stats().connects().lost()).isZero();
            report.add(load.settle("11 PostgreSQL away"), times);
        }
    }

    /** Row 12: it hangs, as a broker does whose disk is gone. */
    @Test
    void withoutKafkaNothingIsAcknowledgedNobodyIsDisconnectedAndAllGoesOn() throws Exception {
        kafkaAway(cluster.kafka::pause, cluster.kafka::resume, "12 Kafka paused");
    }

    /** Row 12. */
    @Test
    @Tag("long")
    void kafkaThatIsKilledHasWhatItHasAcknowledged() throws Exception {
        kafkaAway(cluster.kafka::kill, cluster.kafka::start, "12 Kafka killed");
    }

    private void kafkaAway(Runnable away, Runnable back, String scenario) throws Exception {
        try (Load load = load("kafka-" + scenario.substring(scenario.length() - 6))) {
            away.run();
            try {
                // What was acknowledged before is under way for a moment.
                long under = load.stats().publishes().readings() + DEVICES;
                await().atMost(Load.PATIENCE)
                        .until(() -> load.stats().publishes().readings() > under);
                long before = load.stats().publishes().acknowledged();
                long readings = load.stats().publishes().readings();
                await().atMost(Load.PATIENCE)
                        .until(() -> load.stats().publishes().readings() > readings + 6 * DEVICES);
                assertThat(load.stats().publishes().acknowledged()).isEqualTo(before);
            } finally {
                back.run();
            }
            long begin = System.nanoTime();
            load.awaitAcknowledged(DEVICES);
            took("acknowledged again", Duration.ofNanos(System.nanoTime() - begin));
            assertThat(load.stats().connects().lost()).isZero();
            report.add(load.settle(scenario), times);
        }
    }
}
