package io.millrace.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A fleet of simulated boards behind the load balancer that report and are commanded, by a rule and by a person, while a test does what
 * it does; and the books of it. Not for devices that the test disables: their commands do not arrive.
 */
final class Load implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration A_DAY = Duration.ofDays(1);

    private final Cluster cluster;
    private final Api api;
    private final String name;
    private final List<String> ids;
    private final SimulatorConfig config;
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
    private final KafkaWatch watch;
    private final RuleLedger rules;
    private final CommandSender sender;
    private final SimulatedFleet fleet;

    Load(Cluster cluster, String name, int devices, Duration interval, EspTimings timings)
            throws IOException, InterruptedException {
        this.cluster = cluster;
        this.name = name;
        this.api = cluster.api();
        this.ids = IntStream.range(0, devices).mapToObj(i -> name + "-" + i).toList();
        api.register(ids);
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
        rules = new RuleLedger(cluster.bootstrapServers(), name + "-");
        sender = new CommandSender(api, ids);
        fleet = new SimulatedFleet(config, this::acknowledged);
    }

    private void acknowledged(String device, String payload) {
        acknowledged.merge(device + " " + payload, 1, Integer::sum);
    }

    /** Returns when every device is connected and readings are acknowledged. */
    Load start() {
        var unused = fleet.start();
        awaitAllConnected();
        sender.start();
        awaitAcknowledged(ids.size());
        return this;
    }

    SimulatorStats stats() {
        return fleet.snapshot();
    }

    void awaitAllConnected() {
        await(name + " connected")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(stats().connects().open()).isEqualTo(ids.size()));
    }

    /** Until that many more readings have been acknowledged. */
    void awaitAcknowledged(long more) {
        long before = stats().publishes().acknowledged();
        await(name + " acknowledged")
                .atMost(PATIENCE)
                .until(() -> stats().publishes().acknowledged() >= before + more);
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
                    assertThat(rules.said()).isEqualTo(rules.expected());
                });
        Map<String, String> promised = new HashMap<>(rules.ids());
        promised.putAll(sender.accepted());
        SimulatorStats stats = stats();
        SimulatedFleet quiet = new SimulatedFleet(
                config.withBehaviour(DeviceBehaviour.DEFAULT.withInterval(A_DAY).withReportOnCommand(false)),
                this::acknowledged);
        try {
            var unused = quiet.start();
            await(name + " commands")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> assertAllDelivered(promised));
        } finally {
            quiet.close().get(30, TimeUnit.SECONDS);
        }
        Map<String, Long> asked =
                promised.values().stream().collect(Collectors.groupingBy(what -> what, Collectors.counting()));
        long twice = acknowledged.entrySet().stream()
                .mapToLong(entry -> entry.getValue() - asked.getOrDefault(entry.getKey(), 0L))
                .filter(more -> more > 0)
                .sum();
        return new Books(scenario, ids.size(), findings, stats, promised.size(), sender.refused(), twice);
    }

    /** And what is said to be delivered, the boards have acknowledged. */
    private void assertAllDelivered(Map<String, String> promised) throws Exception {
        Set<String> open = promised.keySet().stream().collect(Collectors.toSet());
        Map<String, Long> delivered = new HashMap<>();
        for (String id : ids) {
            for (JsonNode command :
                    api.get("/devices/" + id + "/commands?limit=1000").get("items")) {
                if (command.get("status").asText().equals("delivered")) {
                    open.remove(command.get("commandId").asText());
                    String what = promised.get(command.get("commandId").asText());
                    // One that was accepted without our getting the answer is nobody's; its payload stands in no book.
                    if (what != null) {
                        delivered.merge(what, 1L, Long::sum);
                    }
                }
            }
        }
        delivered.forEach((what, times) -> assertThat(acknowledged.getOrDefault(what, 0))
                .as("acknowledged by the board, said to be delivered: %s", what)
                .isGreaterThanOrEqualTo(times.intValue()));
        assertThat(open).as("accepted and not delivered").isEmpty();
    }

    @Override
    public void close() {
        try {
            sender.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var unused = fleet.close().orTimeout(30, TimeUnit.SECONDS).join();
        watch.close();
        rules.close();
        cluster.mend();
    }
}
