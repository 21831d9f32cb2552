package io.millrace.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.simulator.DeviceBehaviour;
import io.millrace.simulator.DeviceCredentials;
import io.millrace.simulator.EspTimings;
import io.millrace.simulator.SimulatedFleet;
import io.millrace.simulator.SimulatorConfig;
import io.millrace.simulator.SimulatorStats;
import io.millrace.simulator.ledger.Findings;
import io.millrace.simulator.ledger.KafkaWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A fleet of simulated boards behind the load balancer that report and are commanded, by a rule and by a person, while a test does what
 * it does; and the books of it. A test that does something to single boards brings its own: of these every command arrives.
 */
final class Load implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration A_DAY = Duration.ofDays(1);
    /** One board of so many has MQTT 5 and answers; the others are the simulator's, and do not. */
    private static final int PART_THAT_ANSWERS = 10;

    private final Cluster cluster;
    private final Api api;
    private final String name;
    private final List<String> ids;
    private final List<AnsweringBoard> answering;
    private final SimulatorConfig config;
    private final KafkaWatch watch;
    private final RuleLedger rules;
    private final CommandLedger commands;
    private final CommandSender sender;
    private final SimulatedFleet fleet;

    Load(Cluster cluster, String name, int devices, Duration interval, EspTimings timings)
            throws IOException, InterruptedException {
        this.cluster = cluster;
        this.name = name;
        this.api = cluster.api();
        this.ids = IntStream.range(0, devices).mapToObj(i -> name + "-" + i).toList();
        List<String> talking = IntStream.range(0, Math.max(1, devices / PART_THAT_ANSWERS))
                .mapToObj(i -> name + "-answers-" + i)
                .toList();
        List<String> all = Stream.concat(ids.stream(), talking.stream()).toList();
        api.register(all);
        answering = talking.stream()
                .map(id -> new AnsweringBoard(cluster.balancer.mqttPort(), id, "pw-" + id))
                .toList();
        config = SimulatorConfig.of(
                        "127.0.0.1",
                        cluster.balancer.mqttPort(),
                        ids.stream()
                                .map(id -> DeviceCredentials.withSecret(id, "pw-" + id))
                                .toList())
                .withConnectsPerSecond(1000)
                .withTimings(timings)
                .withBehaviour(DeviceBehaviour.DEFAULT.withInterval(interval).withReportOnCommand(false));
        watch = new KafkaWatch(cluster.bootstrapServers(), Map.of(), "telemetry", ids);
        rules = new RuleLedger(cluster.bootstrapServers(), cluster.ruleEvery, name + "-");
        sender = new CommandSender(api, ids, talking);
        commands = new CommandLedger(api, ids, answering);
        fleet = new SimulatedFleet(config, commands);
    }

    /** Returns when every device is connected and readings are acknowledged. */
    Load start() {
        var unused = fleet.start();
        CompletableFuture.allOf(answering.stream()
                        .map(board -> board.connect().thenCompose(connected -> board.listen()))
                        .toArray(CompletableFuture<?>[]::new))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        awaitAllConnected();
        sender.start();
        awaitAcknowledged(ids.size());
        return this;
    }

    SimulatorStats stats() {
        return fleet.snapshot();
    }

    void awaitAllConnected() {
        await(name + " connected").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(stats().connects().open()).isEqualTo(ids.size());
            assertThat(answering).allMatch(AnsweringBoard::isConnected);
        });
    }

    /** Until that many more readings have been acknowledged. */
    void awaitAcknowledged(long more) {
        long before = stats().publishes().acknowledged();
        await(name + " acknowledged")
                .atMost(PATIENCE)
                .until(() -> stats().publishes().acknowledged() >= before + more);
    }

    /** Until no board waits for an acknowledgement any more but for those of the moment. For when Kafka lacks a part, and some boards wait. */
    void awaitEachServed() {
        long before = stats().publishes().readings();
        await(name + " waits").atMost(PATIENCE).until(() -> stats().publishes().readings() >= before + 2L * ids.size());
        await(name + " served").atMost(PATIENCE).until(() -> stats().publishes().inFlight() <= ids.size() / 10);
    }

    /** The time until some connections were lost by what is done, and all devices are back. */
    Duration untilBack(Runnable fault) {
        long lost = stats().connects().lost();
        long begin = System.nanoTime();
        fault.run();
        await(name + " lost").atMost(PATIENCE).until(() -> stats().connects().lost() > lost);
        awaitAllConnected();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Ends the load, lets the boards take what still waits for them, and holds all records against each other. */
    Books settle(String scenario) throws Exception {
        sender.stop();
        var sent = fleet.close().get(30, TimeUnit.SECONDS);
        Findings findings = watch.compare(sent, PATIENCE).get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(findings.complete()).as("Kafka was read to its end").isTrue();
        assertThat(findings.examples()).as("acknowledged and not in Kafka").isEmpty();
        assertThat(findings.lost()).as("acknowledged and not in Kafka").isZero();
        await(name + " rules")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> {
                    rules.read();
                    rules.assertAllIsSaid();
                });
        Map<String, String> promised = new HashMap<>(rules.ids());
        promised.putAll(sender.accepted());
        SimulatorStats stats = stats();
        SimulatedFleet quiet = new SimulatedFleet(
                config.withBehaviour(DeviceBehaviour.DEFAULT.withInterval(A_DAY).withReportOnCommand(false)), commands);
        try {
            var unused = quiet.start();
            await(name + " commands")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> commands.assertTrueEnds(promised));
        } finally {
            quiet.close().get(30, TimeUnit.SECONDS);
        }
        assertThat(rules.twiceUnmarked())
                .as("in Kafka again, and not marked as sent again")
                .isZero();
        return new Books(
                scenario,
                ids.size() + answering.size(),
                findings,
                stats,
                promised.size(),
                commands.answered("succeeded"),
                commands.answered("failed"),
                sender.refused(),
                commands.twice(promised));
    }

    @Override
    public void close() {
        try {
            sender.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        answering.forEach(AnsweringBoard::close);
        var unused = fleet.close().orTimeout(30, TimeUnit.SECONDS).join();
        watch.close();
        rules.close();
        cluster.mend();
    }
}
